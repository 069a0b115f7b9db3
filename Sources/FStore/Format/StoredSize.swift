/// The largest that entries ever are. LMDB believes the lengths that it finds in a page: one that is damaged must not
/// make a checksum walk over gigabytes of the map, beyond the end of the file.
enum StoredSize {
    /// The longest key that LMDB takes.
    static let longestKey = 511
    /// A row of `latest`: two times, a tag, the longest value and the checksum. Definitions are shorter.
    static let longestValue = 16 + 1 + StoreLimits.valueBytes.upperBound + 4

    /// Whether an entry may have these lengths.
    @inline(__always)
    static func isPossible(key: RawSpan, value: RawSpan) -> Bool {
        key.byteCount <= longestKey && value.byteCount <= longestValue
    }
}
