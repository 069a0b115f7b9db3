/// A window on an input that moves forward. Readers of records look for the end of one in it, and say that they need
/// more when it is not there yet.
///
/// More comes in one of two ways, and readers cannot tell which: ``fill(from:)`` pulls a block from a file, and
/// ``append(_:)`` takes a chunk that was pushed, such as a part of a request's body.
package struct ByteWindow: ~Copyable {
    private let blockBytes: Int
    /// The bytes from ``start`` to ``end`` have come and not been consumed.
    private(set) var bytes: [UInt8] = []
    private(set) var start = 0
    private(set) var end = 0
    /// Whether nothing follows ``end``.
    package private(set) var isAtEnd = false
    /// Where ``start`` lies in the input.
    package private(set) var offset = 0
    private var digest = InputDigest()
    /// Up to where the bytes are in ``digest``.
    private var digested = 0
    private var isAtStart = true

    /// - Parameter blockBytes: how many bytes one read(2) asks for.
    package init(blockBytes: Int = 1 << 20) {
        self.blockBytes = blockBytes
    }

    /// Bytes that wait.
    var count: Int { end - start }

    /// Bytes of memory.
    var capacity: Int { bytes.count }

    /// Reads one more block behind the bytes that wait. They may move: positions count from ``start``.
    package mutating func fill(from file: InputFile) throws(InputError) {
        if isAtEnd { return }
        makeRoom(blockBytes)
        let found = try file.read(into: &bytes, at: end, count: blockBytes)
        end += found
        isAtEnd = found == 0
    }

    /// Puts a chunk behind the bytes that wait. They may move: positions count from ``start``.
    package mutating func append(_ chunk: Span<UInt8>) {
        makeRoom(chunk.count)
        for index in chunk.indices { bytes[end + index] = chunk[index] }
        end += chunk.count
    }

    /// Says that no chunk follows.
    package mutating func finish() {
        isAtEnd = true
    }

    /// Bytes move only where room is made at the end, and the buffer doubles, so that the work stays in proportion to
    /// the bytes even when they come one by one.
    private mutating func makeRoom(_ room: Int) {
        if start == end || start > 0 && bytes.count < end + room {
            digest(to: start)
            for index in 0..<count { bytes[index] = bytes[start + index] }
            digested -= start
            end -= start
            start = 0
        }
        if bytes.count < end + room {
            bytes += [UInt8](repeating: 0, count: max(end + room, 2 * bytes.count) - bytes.count)
        }
    }

    /// Gives up the first `count` bytes.
    package mutating func consume(_ count: Int) {
        precondition(count <= self.count, "consumed more than there is")
        start += count
        offset += count
    }

    /// Passes over a byte order mark at the start of the input. `false`: more bytes are needed to tell.
    mutating func passByteOrderMark() throws(InputError) -> Bool {
        guard isAtStart else { return true }
        if count < 3, !isAtEnd { return false }
        isAtStart = false
        if count >= 3, bytes[start] == 0xEF, bytes[start + 1] == 0xBB, bytes[start + 2] == 0xBF { consume(3) }
        if count >= 2, bytes[start] == 0xFF, bytes[start + 1] == 0xFE { throw .notUTF8("UTF-16 (little-endian)") }
        if count >= 2, bytes[start] == 0xFE, bytes[start + 1] == 0xFF { throw .notUTF8("UTF-16 (big-endian)") }
        return true
    }

    /// The digest of the input up to `ahead` bytes behind ``start``.
    mutating func digest(ahead: Int) -> UInt64 {
        digest(to: start + ahead)
        return digest.value
    }

    private mutating func digest(to position: Int) {
        guard position > digested else { return }
        var longer = digest
        longer.add(bytes.span.extracting(digested..<position))
        digest = longer
        digested = position
    }

    /// Reads on to `target`, which lies ahead: also what is not needed, since it belongs to the digest.
    package mutating func skip(to target: Int, from file: InputFile) throws(InputError) {
        // What stands before it has become longer, such as a header.
        guard target >= offset else { throw .endsEarly(offset: target) }
        isAtStart = false
        while offset < target {
            if count == 0 { try fill(from: file) }
            if count == 0 { throw .endsEarly(offset: target) }
            consume(min(count, target - offset))
        }
    }

    /// Whether what was consumed ends with a line feed, as far as it is still known.
    var isBehindLineFeed: Bool { start > 0 && bytes[start - 1] == 0x0A }

    /// Whether nothing follows what was consumed.
    mutating func isEmpty(_ file: InputFile) throws(InputError) -> Bool {
        if count == 0 { try fill(from: file) }
        return count == 0
    }
}
