internal import FStoreLMDB

/// A cell from the entries of `history` and `latest`.
///
/// | table | value |
/// |---|---|
/// | `history` | `tag u8 · payload · CRC-32C u32 LE` |
/// | `latest` | `event time i64 LE · commit time i64 LE · tag u8 · payload · CRC-32C u32 LE` |
///
/// The checksum covers the key and everything before it, so a record served from the wrong place is noticed too.
extension Cell {
    /// A cell of `history`. `nil` where the bytes cannot be one or fail their checksum.
    @inline(__always)
    @_lifetime(copy entry)
    init?(history entry: Entry) {
        guard let body = entry.verifiedBody(minimum: 1), let tag = Tag(stored: body.byte(at: 0)) else { return nil }
        self.tag = tag
        payload = body.extracting(droppingFirst: 1)
        guard entry.key.byteCount > HistoryKey.overhead, tag.accepts(payloadBytes: payload.byteCount) else {
            return nil
        }
        eventTime = HistoryKey.eventTime(in: entry.key)
        commitTime = HistoryKey.commitTime(in: entry.key)
    }

    /// A row of `latest`. `nil` where the bytes cannot be one or fail their checksum.
    @inline(__always)
    @_lifetime(copy value)
    init?(latestKey key: RawSpan, value: RawSpan) {
        guard let body = verifiedBody(of: value, under: key, minimum: Self.leastLatest) else { return nil }
        self.init(latestBody: body)
    }

    /// A row of `latest` of which `keyStart` is the checksum of all of its key but the feature's `number`.
    @inline(__always)
    @_lifetime(copy value)
    init?(latestKeyStart keyStart: ChecksumState, number: UInt32, value: RawSpan) {
        guard value.byteCount >= Self.leastLatest + 4, value.byteCount <= StoredSize.longestValue else { return nil }
        let body = value.extracting(droppingLast: 4)
        let stored = value.littleEndian(at: body.byteCount, as: UInt32.self)
        guard keyStart.checksum(bigEndian: number, body) == stored else { return nil }
        self.init(latestBody: body)
    }

    @inline(__always)
    @_lifetime(copy body)
    private init?(latestBody body: RawSpan) {
        guard let tag = Tag(stored: body.byte(at: 16)) else { return nil }
        self.tag = tag
        payload = body.extracting(droppingFirst: 17)
        guard tag.accepts(payloadBytes: payload.byteCount) else { return nil }
        eventTime = body.littleEndian(at: 0, as: Int64.self)
        commitTime = body.littleEndian(at: 8, as: Int64.self)
    }

    /// Bytes of the shortest `latest` value, without its checksum: two times and a tag.
    private static var leastLatest: Int { 17 }
}

extension Entry {
    /// The value without its checksum, if that is right.
    @_lifetime(copy self)
    func verifiedBody(minimum: Int) -> RawSpan? {
        FStore.verifiedBody(of: value, under: key, minimum: minimum)
    }
}

/// `value` without its checksum, if that is right.
@inline(__always)
@_lifetime(copy value)
private func verifiedBody(of value: RawSpan, under key: RawSpan, minimum: Int) -> RawSpan? {
    guard value.byteCount >= minimum + 4, StoredSize.isPossible(key: key, value: value) else { return nil }
    let body = value.extracting(droppingLast: 4)
    guard checksum(key, body) == value.littleEndian(at: body.byteCount, as: UInt32.self) else { return nil }
    return body
}
