internal import FStoreLMDB

/// The value under a feature's number in `features`; `docs/on-disk-format.md` draws it.
extension FeatureRecord {
    /// Of a record without anything that version 1 does not know.
    private static let plainVersion: UInt8 = 1
    /// Of a record with flags that a program must not pass over; only in a store of format 2.
    private static let flaggedVersion: UInt8 = 2
    private static let doomedFlag: UInt8 = 1
    private static let keepsLatestFlag: UInt8 = 2

    /// The key of a feature's record: its number, most significant byte first. Keys of `history` begin like it.
    static func key(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }

    /// The number that a key stands for. A key of another length belongs to no feature; 0 is no feature's number.
    static func number(inKey key: RawSpan) -> UInt32 {
        key.byteCount == 4 ? key.bigEndian(at: 0, as: UInt32.self) : 0
    }

    /// Fixed part, texts with their lengths, CRC-32C of key and value.
    func encoded(key: RawSpan) -> ByteArena {
        let definition = feature.definition
        var arena = ByteArena()
        let keepsLatest = definition.retention.keepLatest
        arena.append(littleEndian: keepsLatest ? Self.flaggedVersion : Self.plainVersion)
        arena.append(littleEndian: (isDoomed ? Self.doomedFlag : 0) | (keepsLatest ? Self.keepsLatestFlag : 0))
        arena.append(bigEndian: feature.id.high)
        arena.append(bigEndian: feature.id.low)
        arena.append(littleEndian: feature.handle.space)
        let (kind, dimension) = Self.stored(definition.type)
        arena.append(littleEndian: kind)
        arena.append(littleEndian: dimension)
        arena.append(littleEndian: rule.ttl)
        arena.append(littleEndian: rule.maxAge)
        arena.append(littleEndian: UInt32(rule.maxVersions))
        arena.append(littleEndian: ageFloor)
        arena.append(littleEndian: feature.created.nanoseconds)
        arena.append(littleEndian: feature.updated.nanoseconds)
        for text in [definition.name, definition.description, definition.owner, definition.source] {
            arena.append(text: text)
        }
        arena.append(littleEndian: UInt16(definition.tags.count))
        for tag in definition.tags { arena.append(text: tag) }
        arena.append(littleEndian: checksum(key, arena.bytes(at: 0, count: arena.count)))
        return arena
    }

    /// Reads an entry of `features`.
    init(_ entry: Entry) throws(Corruption) {
        let failure: (RawSpan, String) -> Corruption = { Corruption(table: .features, key: $0, reason: $1) }
        guard entry.key.byteCount == 4, let body = entry.verifiedBody(minimum: 74) else {
            throw failure(entry.key, "its checksum does not match")
        }
        guard [Self.plainVersion, Self.flaggedVersion].contains(body.byte(at: 0)) else {
            throw failure(entry.key, "its version \(body.byte(at: 0)) is unknown")
        }
        var reader = RecordReader(body)
        reader.skip(1)
        let flags = reader.integer(UInt8.self)
        let id = FeatureID(
            high: UInt64(bigEndian: reader.integer(UInt64.self)),
            low: UInt64(bigEndian: reader.integer(UInt64.self))
        )
        let space = reader.integer(UInt32.self)
        let type = Self.type(kind: reader.integer(UInt8.self), dimension: reader.integer(UInt32.self))
        let ttl = reader.integer(Int64.self)
        let maxAge = reader.integer(Int64.self)
        let maxVersions = reader.integer(UInt32.self)
        let floor = reader.integer(Int64.self)
        let created = Timestamp(nanoseconds: reader.integer(Int64.self))
        let updated = Timestamp(nanoseconds: reader.integer(Int64.self))
        var definition = FeatureDefinition(name: reader.text(), space: space, type: type)
        definition.description = reader.text()
        definition.owner = reader.text()
        definition.source = reader.text()
        for _ in 0..<reader.integer(UInt16.self) where reader.isSound { definition.tags.append(reader.text()) }
        definition.ttl = ttl > 0 ? .nanoseconds(ttl) : nil
        definition.retention.maxAge = maxAge > 0 ? .nanoseconds(maxAge) : nil
        definition.retention.maxVersions = maxVersions > 0 ? Int(maxVersions) : nil
        definition.retention.keepLatest = flags & Self.keepsLatestFlag != 0
        guard reader.isSound else { throw failure(entry.key, "it ends too early") }
        let handle = FeatureHandle(space: space, number: entry.key.bigEndian(at: 0, as: UInt32.self))
        self.init(
            feature: Feature(id: id, handle: handle, definition: definition, created: created, updated: updated),
            isDoomed: flags & Self.doomedFlag != 0,
            ageFloor: floor
        )
    }

    /// Kinds are numbered as the tags of values are; 0 stands for "not yet known".
    private static func stored(_ type: ValueType?) -> (kind: UInt8, dimension: UInt32) {
        switch type {
        case nil: (0, 0)
        case .float64: (1, 0)
        case .int64: (2, 0)
        case .bool: (3, 0)
        case .string: (5, 0)
        case .json: (6, 0)
        case .vector(let dimension): (7, UInt32(dimension))
        case .bytes: (10, 0)
        case .timestamp: (11, 0)
        }
    }

    private static func type(kind: UInt8, dimension: UInt32) -> ValueType? {
        switch kind {
        case 1: .float64
        case 2: .int64
        case 3: .bool
        case 5: .string
        case 6: .json
        case 7: .vector(dimension: Int(dimension))
        case 10: .bytes
        case 11: .timestamp
        default: nil
        }
    }
}

extension WriteTransaction {
    /// Stores a record in `features`.
    borrowing func put(_ record: FeatureRecord, _ tables: StoreTables) throws(StorageError) {
        let key = FeatureRecord.key(record.number)
        let value = record.encoded(key: key.span.raw)
        try put(value.bytes(at: 0, count: value.count), forKey: key.span.raw, in: tables.features)
    }

    /// Removes the record of a feature.
    borrowing func removeRecord(_ number: UInt32, _ tables: StoreTables) throws(StorageError) {
        try remove(FeatureRecord.key(number).span.raw, from: tables.features)
    }
}

extension ByteArena {
    /// A text with its length in two bytes before it.
    fileprivate mutating func append(text: String) {
        append(littleEndian: UInt16(text.utf8.count))
        append(text.utf8Span.span.raw)
    }
}

/// Reads fields one after another; past the end it gives zeroes and is no longer sound.
private struct RecordReader: ~Escapable {
    private let body: RawSpan
    private var offset = 0
    private(set) var isSound = true

    @_lifetime(copy body)
    init(_ body: RawSpan) {
        self.body = body
    }

    mutating func skip(_ count: Int) {
        offset += count
    }

    mutating func integer<Integer: FixedWidthInteger & BitwiseCopyable>(_ type: Integer.Type) -> Integer {
        guard offset + MemoryLayout<Integer>.size <= body.byteCount else {
            isSound = false
            return 0
        }
        defer { offset += MemoryLayout<Integer>.size }
        return body.littleEndian(at: offset, as: type)
    }

    mutating func text() -> String {
        let count = Int(integer(UInt16.self))
        guard offset + count <= body.byteCount else {
            isSound = false
            return ""
        }
        defer { offset += count }
        return String(decoding: body.extracting(offset..<(offset + count)).copied, as: UTF8.self)
    }
}
