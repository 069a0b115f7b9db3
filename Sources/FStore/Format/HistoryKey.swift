internal import FStoreLMDB

/// The key of a cell in `history`:
/// `feature u32 BE · entity length u8 · entity · inverted event time u64 BE · inverted commit time u64 BE`.
///
/// Inverted, so that the newest cell of a series comes first and "the newest at or before T" is one seek forward.
struct HistoryKey: ~Escapable {
    let number: UInt32
    let entity: RawSpan
    let eventTime: Int64
    let commitTime: Int64

    /// Bytes of a key besides the entity.
    static let overhead = 21
    /// Bytes of the two times at its end.
    static var timeBytes: Int { 16 }

    /// Reads a key, or returns `nil` where the bytes cannot be one.
    @_lifetime(copy key)
    init?(_ key: RawSpan) {
        guard key.byteCount > Self.overhead, key.byteCount == Self.overhead + Int(key.byte(at: 4)) else { return nil }
        number = key.bigEndian(at: 0, as: UInt32.self)
        entity = key.extracting(5..<(key.byteCount - 16))
        eventTime = Self.inverted(key.bigEndian(at: key.byteCount - 16, as: UInt64.self))
        commitTime = Self.inverted(key.bigEndian(at: key.byteCount - 8, as: UInt64.self))
    }

    /// Newer moments give smaller numbers; also for moments before 1970.
    static func inverted(_ time: Int64) -> UInt64 {
        UInt64(bitPattern: Int64.max &- time)
    }

    static func inverted(_ stored: UInt64) -> Int64 {
        Int64.max &- Int64(bitPattern: stored)
    }

    /// The event time in a key that is known to be one.
    static func eventTime(in key: RawSpan) -> Int64 {
        inverted(key.bigEndian(at: key.byteCount - 16, as: UInt64.self))
    }

    /// The commit time in a key that is known to be one.
    static func commitTime(in key: RawSpan) -> Int64 {
        inverted(key.bigEndian(at: key.byteCount - 8, as: UInt64.self))
    }
}

extension ByteComposer {
    /// The part of a `history` key that all cells of a series share: 5 bytes and the entity.
    mutating func appendSeries(_ number: UInt32, _ entity: RawSpan) {
        append(bigEndian: number)
        append(bigEndian: UInt8(truncatingIfNeeded: entity.byteCount))
        append(entity)
    }

    /// The rest of a `history` key.
    mutating func appendTimes(eventTime: Int64, commitTime: Int64) {
        append(bigEndian: HistoryKey.inverted(eventTime))
        append(bigEndian: HistoryKey.inverted(commitTime))
    }
}
