@testable import FStoreLMDB
import FStoreTestSupport
import Glibc
import Testing

@testable import FStore

/// Wrote the committed store. Runs only when `FSTORE_RECORD` is set; see the README beside `store.txt`.
@Suite("Recording the store of format 1", .enabled(if: unsafe getenv("FSTORE_RECORD") != nil))
struct FormatOneRecorder {
    /// 2023-11-14T22:13:20Z: commit times are this and so many seconds.
    static let start = Timestamp(nanoseconds: 1_700_000_000_000_000_000)

    private let clock = TestClock(start)
    private let directory = TemporaryDirectory()

    @Test func `record the store anew`() throws {
        let store = try FeatureStore(directory: directory.path, options: clock.options)
        let wind = try defineTyped(store)
        try writeWind(store, wind)
        try writeRetained(store)
        try writeOtherSpace(store)
        let old = try store.define(FeatureDefinition(name: "old", type: .int64)).handle
        let jfk: EntityID = "JFK"
        try tick { try store.put(.int64(1), of: old, for: jfk, at: Self.start) }
        try tick { try store.put(.float64(1), of: wind, for: "N99999", at: Self.start) }
        let newest = try #require(try store.lastCommitTime())
        store.close()
        try leaveUndone(old, upTo: newest)
        try FormatFixture.write(FormatFixture.dump(directory.path))
    }

    private func tick(_ body: () throws -> Void) throws {
        clock.advance(1_000_000_000)
        try body()
    }

    /// A feature of every type, and one value of each for JFK at the start.
    private func defineTyped(_ store: FeatureStore) throws -> FeatureHandle {
        let jfk: EntityID = "JFK"
        let definition = FeatureDefinition(
            name: "wind_speed",
            type: .float64,
            description: "Speed of the wind, in knots",
            owner: "weather team",
            tags: ["weather", "größe"],
            source: "NOAA"
        )
        let wind = try store.define(definition).handle
        let values: [(String, FeatureValue)] = [
            ("seats", .int64(.min)), ("delayed", .bool(true)), ("tail", .string("grün")),
            ("photo", .bytes([0, 255, 16])),
            ("scheduled", .timestamp(Timestamp(nanoseconds: -1))), ("embedding", .vector([1, -0.5, 0])),
            ("weather", .json("{\"a\": [1, 2.50, null]}")),
        ]
        var batch = WriteBatch()
        for (name, value) in values {
            let handle = try store.define(FeatureDefinition(name: name, type: value.type)).handle
            try batch.put(value, of: handle, for: jfk, at: Self.start)
        }
        try batch.setBookmark("flights.csv", to: Array("line 421".utf8))
        try store.define(FeatureDefinition(name: "note"))
        clock.advance(1_000_000_000)
        try store.write(batch)
        return wind
    }

    /// Commits 2 to 9: a correction, a deletion, null, the future, the ends of time, a longer series.
    private func writeWind(_ store: FeatureStore, _ wind: FeatureHandle) throws {
        let jfk: EntityID = "JFK"
        let (five, six, seven) = (try Self.hour(5), try Self.hour(6), try Self.hour(7))
        try tick { try store.put(.float64(10.4), of: wind, for: jfk, at: five) }
        try tick { try store.put(.float64(11.5), of: wind, for: jfk, at: six) }
        try tick { try store.put(.float64(10.5), of: wind, for: jfk, at: five) }
        try tick { try store.put(.float64(12), of: wind, for: jfk, at: seven) }
        try tick { try store.delete(wind, for: jfk, at: seven) }
        try tick {
            var batch = WriteBatch()
            try batch.put(.float64(8), of: wind, for: "Zürich", at: six)
            try batch.put(.null, of: wind, for: "Zürich", at: Timestamp("2030-01-01T00:00:00Z"))
            try store.write(batch)
        }
        try tick {
            var batch = WriteBatch()
            let longest = try EntityID(String(repeating: "z", count: 255))
            try batch.put(.float64(-1), of: wind, for: longest, at: .earliest)
            try batch.put(.float64(1), of: wind, for: longest, at: .last)
            try store.write(batch)
        }
        try tick {
            var batch = WriteBatch()
            for hour in 0..<24 {
                try batch.put(.float64(Double(hour) / 2), of: wind, for: "LGA", at: Self.hour(hour))
            }
            try store.write(batch)
        }
    }

    /// A ttl, a limited number of versions, and a maximum age that was loosened and left a floor behind.
    private func writeRetained(_ store: FeatureStore) throws {
        let jfk: EntityID = "JFK"
        let gate = try store.define(FeatureDefinition(name: "gate", type: .string, ttl: .seconds(3600))).handle
        try tick { try store.put(.string("B22"), of: gate, for: jfk, at: Self.start.advanced(by: .seconds(-7200))) }
        let stand = FeatureDefinition(name: "stand", type: .string, retention: Retention(maxVersions: 2))
        let standHandle = try store.define(stand).handle
        for hour in 1...3 {
            try tick { try store.put(.string("stand \(hour)"), of: standHandle, for: jfk, at: Self.hour(hour)) }
        }
        let fuel = FeatureDefinition(name: "fuel", type: .float64, retention: Retention(maxAge: .seconds(86_400)))
        let handle = try store.define(fuel).handle
        try tick { try store.put(.float64(30), of: handle, for: jfk, at: Self.start.advanced(by: .seconds(-108_000))) }
        try tick { try store.put(.float64(10), of: handle, for: jfk, at: Self.start.advanced(by: .seconds(-36_000))) }
        try store.update(handle, FeatureUpdate(retention: Retention(maxAge: .seconds(172_800))))
    }

    private func writeOtherSpace(_ store: FeatureStore) throws {
        let jfk: EntityID = "JFK"
        let definition = FeatureDefinition(name: "wind_speed", space: 3, type: .int64)
        let handle = try store.define(definition).handle
        try tick { try store.put(.int64(3), of: handle, for: jfk, at: Self.start) }
    }

    /// What a stop in the wrong moment leaves: a feature that waits to be reclaimed, and an erasure.
    private func leaveUndone(_ old: FeatureHandle, upTo: Timestamp) throws {
        let raw = try RawTables(directory: directory.path)
        let key = FeatureRecord.key(old.number)
        let value = try #require(try raw.value(key, in: .features))
        var record = try FeatureRecord(Self.entry(key, value))
        record.isDoomed = true
        let doomed = Self.encoded(record, key)
        let tables = raw.tables
        let ticket = MetaKey.erasure(space: 0, entity: ("N99999" as EntityID).bytes)
        try raw.write { transaction in
            try transaction.put(doomed.span.raw, forKey: key.span.raw, in: tables.features)
            try transaction.putMeta(upTo.nanoseconds, for: ticket, in: tables)
        }
    }

    @_lifetime(borrow key, borrow value)
    private static func entry(_ key: borrowing [UInt8], _ value: borrowing [UInt8]) -> Entry {
        Entry(key: key.span.raw, value: value.span.raw)
    }

    private static func encoded(_ record: FeatureRecord, _ key: [UInt8]) -> [UInt8] {
        let arena = record.encoded(key: key.span.raw)
        return arena.bytes(at: 0, count: arena.count).copied
    }

    /// An hour of 2013-01-01.
    static func hour(_ hour: Int) throws -> Timestamp {
        try Timestamp("2013-01-01T00:00:00Z").advanced(by: .seconds(hour * 3600))
    }
}
