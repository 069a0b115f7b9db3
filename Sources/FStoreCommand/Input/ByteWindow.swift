/// A window on an input that moves forward in blocks. Readers of records look for the end of one in it, and ask for
/// more when it is not there yet.
struct ByteWindow: ~Copyable {
    private let file: InputFile
    private let blockBytes: Int
    /// The bytes from ``start`` to ``end`` have been read and not been consumed.
    private(set) var bytes: [UInt8]
    private(set) var start = 0
    private(set) var end = 0
    /// Whether nothing follows ``end``.
    private(set) var isAtEnd = false
    /// Where ``start`` lies in the input.
    private(set) var offset = 0

    /// - Parameter blockBytes: how many bytes one read(2) asks for.
    init(_ file: InputFile, blockBytes: Int = 1 << 20) {
        self.file = file
        self.blockBytes = blockBytes
        bytes = [UInt8](repeating: 0, count: blockBytes)
    }

    /// Bytes that wait.
    var count: Int { end - start }

    /// Reads one more block behind the bytes that wait. They may move: positions count from ``start``.
    mutating func fill() throws {
        if isAtEnd { return }
        if start > 0 {
            bytes.replaceSubrange(0..<count, with: bytes[start..<end])
            end -= start
            start = 0
        }
        if bytes.count < end + blockBytes {
            bytes.append(contentsOf: repeatElement(0, count: max(blockBytes, bytes.count)))
        }
        let found = try file.read(into: &bytes, at: end, count: blockBytes)
        end += found
        isAtEnd = found == 0
    }

    /// Gives up the first `count` bytes.
    mutating func consume(_ count: Int) {
        precondition(count <= self.count, "consumed more than there is")
        start += count
        offset += count
    }

    /// Goes to `target`, which lies ahead: by a seek where the input allows it, else by reading on.
    mutating func skip(to target: Int) throws {
        precondition(target >= offset, "skipped backwards")
        if target - offset > count, file.seek(to: target) {
            start = 0
            end = 0
            offset = target
        }
        while offset < target {
            if count == 0 { try fill() }
            if count == 0 { throw CommandError(.badData, "input_changed", "\(file.path) ends before byte \(target)") }
            consume(min(count, target - offset))
        }
    }

    /// The first bytes that wait, `limit` at most, and fewer only when the input has no more.
    mutating func prefix(_ limit: Int) throws -> ArraySlice<UInt8> {
        while count < limit, !isAtEnd { try fill() }
        return bytes[start..<start + min(limit, count)]
    }
}
