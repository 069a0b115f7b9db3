extension StaticString {
    /// One of its UTF-8 bytes; `index` is below `utf8CodeUnitCount`.
    @inline(__always)
    func byte(at index: Int) -> UInt8 { unsafe utf8Start[index] }
}
