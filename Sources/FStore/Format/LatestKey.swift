internal import FStoreLMDB

/// The key of a row in `latest`: `space u32 BE · entity length u8 · entity · feature u32 BE`.
///
/// Entity first, so that all features of one entity lie side by side.
struct LatestKey: ~Escapable {
    let space: UInt32
    let entity: RawSpan
    let number: UInt32

    /// Bytes of a key besides the entity.
    static let overhead = 9

    /// Reads a key, or returns `nil` where the bytes cannot be one.
    @_lifetime(copy key)
    init?(_ key: RawSpan) {
        guard key.byteCount > Self.overhead, key.byteCount == Self.overhead + Int(key.byte(at: 4)) else { return nil }
        space = key.bigEndian(at: 0, as: UInt32.self)
        entity = key.extracting(5..<(key.byteCount - 4))
        number = key.bigEndian(at: key.byteCount - 4, as: UInt32.self)
    }
}

extension ByteComposer {
    /// The part of a `latest` key that all rows of an entity share.
    mutating func appendEntity(space: UInt32, _ entity: RawSpan) {
        append(bigEndian: space)
        append(bigEndian: UInt8(truncatingIfNeeded: entity.byteCount))
        append(entity)
    }

    mutating func appendLatestKey(space: UInt32, _ entity: RawSpan, _ number: UInt32) {
        appendEntity(space: space, entity)
        append(bigEndian: number)
    }
}
