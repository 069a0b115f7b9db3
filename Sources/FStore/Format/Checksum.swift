internal import CCRC32C
internal import FStoreLMDB

/// CRC-32C of `first` followed by `second`.
func checksum(_ first: RawSpan, _ second: RawSpan) -> UInt32 {
    unsafe first.withUnsafeBytes { first in
        unsafe second.withUnsafeBytes { second in
            unsafe fstore_crc32c(first.baseAddress, first.count, second.baseAddress, second.count)
        }
    }
}

/// A CRC-32C that is begun: for checksums over many keys with one beginning.
struct ChecksumState: Sendable {
    private let state: UInt32

    /// Begins with `bytes`.
    init(_ bytes: RawSpan) {
        state = unsafe bytes.withUnsafeBytes { unsafe fstore_crc32c_state($0.baseAddress, $0.count) }
    }

    /// CRC-32C of what it began with, then `number`, most significant byte first, then `bytes`.
    @inline(__always)
    func checksum(bigEndian number: UInt32, _ bytes: RawSpan) -> UInt32 {
        unsafe bytes.withUnsafeBytes { unsafe fstore_crc32c_from(state, number.bigEndian, $0.baseAddress, $0.count) }
    }
}

/// The same from tables alone, for the test that holds both to each other.
func portableChecksum(_ first: RawSpan, _ second: RawSpan) -> UInt32 {
    unsafe first.withUnsafeBytes { first in
        unsafe second.withUnsafeBytes { second in
            unsafe fstore_crc32c_portable(first.baseAddress, first.count, second.baseAddress, second.count)
        }
    }
}

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

extension Entry {
    /// Whether the lengths of key and value may be those of an entry.
    var isPossible: Bool { StoredSize.isPossible(key: key, value: value) }
}
