internal import FStoreLMDB

/// The entries of `meta`. Each value ends with the CRC-32C of key and value.
enum MetaKey {
    /// u32 LE: the version of the format that the store was made with.
    static let format = Array("format".utf8)
    /// i64 LE: when the store was made.
    static let created = Array("created".utf8)
    /// u32 LE: the number of the next feature.
    static let nextFeature = Array("next feature".utf8)
    /// i64 LE: the commit time of the newest commit.
    static let lastCommit = Array("last commit".utf8)
    /// u64 LE, i64 LE, i64 LE: which run of the machine, for how long it had run, and the time then.
    static let clock = Array("clock".utf8)
    /// u64 LE: counts changes of `features`, so that other processes notice them.
    static let registry = Array("registry".utf8)
    /// 16 bytes and u32 LE: the identity of the catalog beside the values, and the highest organization it has had.
    static let catalog = Array("catalog".utf8)
    /// Followed by a name: the bytes of a bookmark.
    static let bookmarkPrefix = Array("bookmark/".utf8)
    /// Followed by space u32 BE and entity: i64 LE, the commit time up to which the entity is being erased.
    static let erasurePrefix = Array("erasure/".utf8)

    static func bookmark(_ name: String) -> [UInt8] {
        bookmarkPrefix + Array(name.utf8)
    }

    static func erasure(space: UInt32, entity: RawSpan) -> [UInt8] {
        erasurePrefix + FeatureRecord.key(space) + entity.copied
    }

    /// The value of an entry without its checksum, if that is right.
    @_lifetime(copy value)
    static func verified(_ value: RawSpan, key: RawSpan) throws(Corruption) -> RawSpan {
        guard value.byteCount >= 4, StoredSize.isPossible(key: key, value: value) else {
            throw Corruption(table: .meta, key: key, reason: "its length is impossible")
        }
        let body = value.extracting(droppingLast: 4)
        guard checksum(key, body) == value.littleEndian(at: body.byteCount, as: UInt32.self) else {
            throw Corruption(table: .meta, key: key, reason: "its checksum does not match")
        }
        return body
    }

    static func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ value: RawSpan,
        key: [UInt8],
        as type: Integer.Type
    ) throws(Corruption) -> Integer {
        let body = try verified(value, key: key.span.raw)
        guard body.byteCount == MemoryLayout<Integer>.size else {
            throw Corruption(table: .meta, key: key.span.raw, reason: "its length is wrong")
        }
        return body.littleEndian(at: 0, as: type)
    }
}

extension WriteTransaction {
    /// Stores an integer of `meta` with its checksum.
    borrowing func putMeta<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ integer: Integer,
        for key: [UInt8],
        in tables: StoreTables
    ) throws(StorageError) {
        var value = ByteArena(capacity: 16)
        value.append(littleEndian: integer)
        try putMeta(value, for: key, in: tables)
    }

    /// Stores an entry of `meta`, adding its checksum.
    borrowing func putMeta(
        _ value: consuming ByteArena,
        for key: [UInt8],
        in tables: StoreTables
    ) throws(StorageError) {
        value.append(littleEndian: checksum(key.span.raw, value.bytes(at: 0, count: value.count)))
        try put(value.bytes(at: 0, count: value.count), forKey: key.span.raw, in: tables.meta)
    }
}
