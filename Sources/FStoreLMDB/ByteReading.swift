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
