import FStoreTestSupport
import Testing

@testable import FStore
@testable import FStoreLMDB

/// The entries of `features` and `meta`.
extension OnDiskFormatTests {
    func checkFeatureRecord(_ row: VectorRow) throws {
        let record = try Self.record(row)
        let (key, expected) = (FeatureRecord.key(record.number), try row.bytes("stored value"))
        let arena = record.encoded(key: key.span.raw)
        let composed = arena.bytes(at: 0, count: arena.count).copied
        #expect(composed == expected, "\(row)")
        let read = try FeatureRecord(Entry(key: key.span.raw, value: expected.span.raw))
        #expect(read == record, "\(row)")
    }

    private static func record(_ row: VectorRow) throws -> FeatureRecord {
        let typeName = try row.text("type")
        var definition = FeatureDefinition(name: try row.text("feature"), space: try row.integer("space"))
        definition.type = typeName == "-" ? nil : try Self.type(typeName)
        definition.ttl = try duration(row.integer("ttl"))
        definition.retention.maxAge = try duration(row.integer("maximum age"))
        let versions: Int = try row.integer("maximum versions")
        definition.retention.maxVersions = versions > 0 ? versions : nil
        definition.description = try row.text("description")
        definition.owner = try row.text("owner")
        definition.source = try row.text("source")
        definition.tags = try row.text("tags").split(separator: ",").map(String.init)
        let feature = Feature(
            id: try #require(FeatureID(try row.text("id")), "\(row): no UUID"),
            handle: FeatureHandle(space: definition.space, number: try row.integer("number")),
            definition: definition,
            created: Timestamp(nanoseconds: try row.integer("created")),
            updated: Timestamp(nanoseconds: try row.integer("updated"))
        )
        return FeatureRecord(
            feature: feature,
            isDoomed: try row.text("flags") == "1",
            ageFloor: try row.integer("age floor")
        )
    }

    private static func type(_ name: String) throws -> ValueType {
        try #require(ValueType.init(name) as ValueType?, "an unknown type \(name)")
    }

    private static func duration(_ nanoseconds: Int64) -> Duration? {
        nanoseconds > 0 ? .nanoseconds(nanoseconds) : nil
    }

    func checkMeta(_ row: VectorRow) throws {
        let (key, expected) = (try row.bytes("key"), try row.bytes("stored value"))
        let what = try row.text("what")
        let kind = what.prefix { $0 != " " }
        let operand = String(what.dropFirst(kind.count + 1))
        #expect(try Self.metaKey(key, kind: String(kind)) == key, "\(row)")
        let directory = TemporaryDirectory()
        let raw = try RawTables(directory: directory.path)
        let tables = raw.tables
        switch kind {
        case "u32": try raw.write { try $0.putMeta(#require(UInt32(operand)), for: key, in: tables) }
        case "u64": try raw.write { try $0.putMeta(#require(UInt64(operand)), for: key, in: tables) }
        case "i64", "erasure": try raw.write { try $0.putMeta(#require(Int64(operand)), for: key, in: tables) }
        default:
            var arena = ByteArena()
            let bytes = try #require(VectorRow.bytes(hexadecimal: operand))
            arena.append(bytes.span.raw)
            try raw.write { [arena = arena.bytes(at: 0, count: arena.count).copied] transaction in
                var value = ByteArena()
                value.append(arena.span.raw)
                try transaction.putMeta(value, for: key, in: tables)
            }
        }
        #expect(try raw.value(key, in: .meta) == expected, "\(row)")
        try Self.checkReading(key, expected, kind: String(kind), operand: operand)
    }

    private static func checkReading(_ key: [UInt8], _ stored: [UInt8], kind: String, operand: String) throws {
        let value = stored.span.raw
        switch kind {
        case "u32": #expect(try String(MetaKey.integer(stored.span.raw, key: key, as: UInt32.self)) == operand)
        case "u64": #expect(try String(MetaKey.integer(stored.span.raw, key: key, as: UInt64.self)) == operand)
        case "i64", "erasure":
            #expect(try String(MetaKey.integer(stored.span.raw, key: key, as: Int64.self)) == operand)
        default:
            let body = try MetaKey.verified(value, key: key.span.raw).copied
            #expect(VectorRow.hexadecimal(body) == operand)
        }
    }

    /// The key as the engine composes it.
    private static func metaKey(_ key: [UInt8], kind: String) throws -> [UInt8] {
        switch kind {
        case "bookmark":
            return MetaKey.bookmark(String(decoding: key.dropFirst(MetaKey.bookmarkPrefix.count), as: UTF8.self))
        case "erasure":
            let rest = Array(key.dropFirst(MetaKey.erasurePrefix.count))
            let entity = try EntityID(String(decoding: rest.dropFirst(4), as: UTF8.self))
            return MetaKey.erasure(space: rest.span.raw.bigEndian(at: 0, as: UInt32.self), entity: entity.bytes)
        default:
            let names = [
                MetaKey.format, MetaKey.created, MetaKey.nextFeature, MetaKey.lastCommit, MetaKey.registry,
                MetaKey.catalog,
            ]
            return try #require(names.first { $0 == key }, "the engine knows no such name")
        }
    }
}
