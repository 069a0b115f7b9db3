/// The bounds-checked loads that `RawSpan` lacks. Stored bytes are never aligned, so every load is an unaligned one.
extension RawSpan {
    /// The integer whose most significant byte lies at `offset`. Traps outside the span.
    @inlinable
    package func bigEndian<Integer: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int,
        as type: Integer.Type
    ) -> Integer {
        precondition(offset >= 0 && offset &+ MemoryLayout<Integer>.size <= byteCount, "load outside of the span")
        return unsafe Integer(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Integer.self))
    }

    /// The integer whose least significant byte lies at `offset`. Traps outside the span.
    @inlinable
    package func littleEndian<Integer: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int,
        as type: Integer.Type
    ) -> Integer {
        precondition(offset >= 0 && offset &+ MemoryLayout<Integer>.size <= byteCount, "load outside of the span")
        return unsafe Integer(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Integer.self))
    }

    /// The byte at `offset`. Traps outside the span.
    @inlinable
    package func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount, "load outside of the span")
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// Whether this span starts with the bytes of `prefix`. Keys are short: words beat a call of `memcmp`.
    @inlinable
    package func starts(with prefix: RawSpan) -> Bool {
        let count = prefix.byteCount
        guard byteCount >= count else { return false }
        guard count >= 8 else {
            for offset in 0..<count where byte(at: offset) != prefix.byte(at: offset) { return false }
            return true
        }
        var offset = 0
        while offset &+ 8 <= count {
            if word(at: offset) != prefix.word(at: offset) { return false }
            offset &+= 8
        }
        // The last word overlaps the one before.
        return word(at: count &- 8) == prefix.word(at: count &- 8)
    }

    /// Eight bytes within the span, which the caller has checked.
    @inlinable
    func word(at offset: Int) -> UInt64 {
        unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    }

    /// Whether both spans hold the same bytes.
    @inlinable
    package func isIdentical(to other: RawSpan) -> Bool {
        byteCount == other.byteCount && starts(with: other)
    }

    /// Whether these bytes come before as many others, byte by byte.
    package func precedes(_ other: RawSpan) -> Bool {
        precondition(byteCount == other.byteCount, "bytes of different numbers are not compared")
        let common = countOfCommonBytes(with: other)
        return common < byteCount && byte(at: common) < other.byte(at: common)
    }

    /// How many bytes both spans begin with alike.
    package func countOfCommonBytes(with other: RawSpan) -> Int {
        let count = min(byteCount, other.byteCount)
        var offset = 0
        while offset &+ 8 <= count {
            let difference = word(at: offset) ^ other.word(at: offset)
            // The first byte is the lowest of a word, or the highest.
            if difference != 0 { return offset &+ difference.littleEndian.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        while offset < count, byte(at: offset) == other.byte(at: offset) { offset &+= 1 }
        return offset
    }

    /// Up to eight bytes from `offset` on as a number that sorts as they do, with zeros for those that are missing.
    @inlinable
    package func leadingBytes(from offset: Int) -> UInt64 {
        if offset &+ 8 <= byteCount { return bigEndian(at: offset, as: UInt64.self) }
        var bytes: UInt64 = 0
        for position in offset..<(offset &+ 8) {
            bytes = bytes << 8 | (position < byteCount ? UInt64(byte(at: position)) : 0)
        }
        return bytes
    }

    /// The bytes, copied out of the map.
    package var copied: [UInt8] {
        unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    }
}

extension Span where Element == UInt8 {
    /// The same bytes, untyped.
    package var raw: RawSpan {
        @inlinable
        @_lifetime(copy self)
        get { unsafe _overrideLifetime(self.bytes, copying: self) }
    }
}

extension RawSpan {
    /// The same bytes, typed.
    package var octets: Span<UInt8> {
        @inlinable
        @_lifetime(copy self)
        get { unsafe _overrideLifetime(Span(_bytes: self), copying: self) }
    }
}
