extension Span<UInt8> {
    /// Whether these are the bytes of `text`.
    @inlinable
    package func isText(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices where self[index] != text.byte(at: index) { return false }
        return true
    }
}

extension StaticString {
    /// One of its UTF-8 bytes; `index` is below `utf8CodeUnitCount`.
    @inlinable
    @inline(__always)
    package func byte(at index: Int) -> UInt8 { unsafe utf8Start[index] }
}
