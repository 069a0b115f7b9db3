extension Span<UInt8> {
    /// Whether these are the bytes of `text`.
    func isText(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices where self[index] != text.byte(at: index) { return false }
        return true
    }
}
