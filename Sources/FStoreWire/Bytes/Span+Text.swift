extension Span<UInt8> {
    /// Whether these are the bytes of `text`.
    @inlinable
    package func isText(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices where self[index] != text.byte(at: index) { return false }
        return true
    }

    /// Whether these are the bytes of `other`. Compares eight at a time: paths and lists of names are looked up by it.
    @inlinable
    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        let (left, right) = unsafe (bytes, other.bytes)
        var offset = 0
        while count &- offset >= 8 {
            let (one, two) = unsafe (
                left.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self),
                right.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            )
            if one != two { return false }
            offset &+= 8
        }
        while offset < count {
            if self[offset] != other[offset] { return false }
            offset &+= 1
        }
        return true
    }

    /// Whether these are the bytes of `secret`, in a time that does not tell where they differ. Eight at a time: an
    /// access token has hundreds.
    @inlinable
    package func isSame(as secret: Span<UInt8>) -> Bool {
        guard count == secret.count else { return false }
        let (left, right) = unsafe (bytes, secret.bytes)
        var difference: UInt64 = 0
        var offset = 0
        while count &- offset >= 8 {
            let (one, two) = unsafe (
                left.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self),
                right.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            )
            difference |= one ^ two
            offset &+= 8
        }
        while offset < count {
            difference |= UInt64(self[offset] ^ secret[offset])
            offset &+= 1
        }
        return difference == 0
    }

    /// How many bytes from `start` on are neither a quote, nor a backslash, nor a control character: a JSON string that
    /// needs no decoding.
    package func plainCount(from start: Int) -> Int {
        count(from: start) { $0.first(below: 0x20) | $0.first(UInt8(ascii: "\"")) | $0.first(UInt8(ascii: "\\")) }
    }

    /// How many bytes from `start` on may stand in a header's value: no control characters. A tab ends it too.
    func valueCount(from start: Int) -> Int {
        count(from: start) { $0.first(below: 0x20) | $0.first(0x7F) }
    }

    /// How many bytes from `start` on may stand in a request's target, up to a question mark.
    func targetCount(from start: Int) -> Int {
        count(from: start) {
            $0.first(below: 0x21) | $0.first(0x7F) | $0.notASCII | $0.first(UInt8(ascii: "#"))
                | $0.first(UInt8(ascii: "?"))
        }
    }

    /// Bytes of empty lines, which old clients send behind a body. They are no progress: who sends nothing else is
    /// idle.
    var emptyLineCount: Int {
        var bytes = 0
        while bytes + 1 < count, self[bytes] == 0x0D, self[bytes + 1] == 0x0A { bytes += 2 }
        return bytes
    }

    /// How many bytes from `start` on lie before the first that `stop` marks. Looks at eight at a time.
    @inline(__always)
    private func count(from start: Int, until stop: (EightBytes) -> UInt64) -> Int {
        let raw = unsafe bytes
        var position = start
        while count &- position >= 8 {
            let word = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self)
            let found = stop(EightBytes(word.littleEndian))
            if found != 0 { return position &- start &+ found.trailingZeroBitCount / 8 }
            position &+= 8
        }
        while position < count, stop(EightBytes(repeating: self[position])) == 0 { position &+= 1 }
        return position &- start
    }
}

/// Eight bytes that are compared at once, the first of them lowest.
///
/// In what the functions return the lowest bit that is set is the high bit of the first byte that fits; bits above it
/// may be wrong, since a subtraction borrows from the bytes above. The same holds for several of them joined with `|`.
private struct EightBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080
    private let word: UInt64

    @inline(__always)
    init(_ word: UInt64) { self.word = word }

    @inline(__always)
    init(repeating byte: UInt8) { word = UInt64(byte) &* Self.ones }

    @inline(__always)
    func first(_ byte: UInt8) -> UInt64 {
        let difference = word ^ UInt64(byte) &* Self.ones
        return (difference &- Self.ones) & ~difference & Self.highs
    }

    /// - Parameter byte: 128 at most.
    @inline(__always)
    func first(below byte: UInt8) -> UInt64 { (word &- UInt64(byte) &* Self.ones) & ~word & Self.highs }

    @inline(__always)
    var notASCII: UInt64 { word & Self.highs }
}

extension StaticString {
    /// One of its UTF-8 bytes; `index` is below `utf8CodeUnitCount`.
    @inlinable
    @inline(__always)
    package func byte(at index: Int) -> UInt8 { unsafe utf8Start[index] }
}
