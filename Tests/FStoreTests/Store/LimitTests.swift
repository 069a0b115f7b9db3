import FStore
import Testing

/// Every limit at its ends and beyond them.
@Suite("Limits")
struct LimitTests {
    private let fixture: StoreFixture
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    private func refusal(_ limit: Limit, given: Int, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("\(limit) of \(given) was accepted")
        } catch let error as LimitError {
            #expect(error.limit == limit && error.given == given, "\(error)")
        } catch WriteError.limit(let error) {
            #expect(error.limit == limit && error.given == given, "\(error)")
        } catch ReadError.limit(let error) {
            #expect(error.limit == limit && error.given == given, "\(error)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `an entity has 1 to 255 bytes`() throws {
        let feature = try fixture.feature("f", .int64)
        for name in ["e", String(repeating: "é", count: 127) + "x"] {
            try store.put(.int64(1), of: feature, for: EntityID(name), at: moment(1))
            #expect(try store.value(of: feature, for: EntityID(name)).value == .int64(1))
        }
        refusal(.entityBytes, given: 0) { _ = try EntityID(String()) }
        refusal(.entityBytes, given: 256) { _ = try EntityID(String(repeating: "é", count: 128)) }
        let tooMany = [UInt8](repeating: 65, count: 256)
        refusal(.entityBytes, given: 256) {
            try store.read { snapshot throws(ReadError) in
                _ = try snapshot.value(of: feature, forEntityBytes: tooMany.span).status
            }
        }
    }

    @Test func `a value has up to 65 536 bytes`() throws {
        let text = try fixture.feature("text", .string)
        let blob = try fixture.feature("blob", .bytes)
        let json = try fixture.feature("json", .json)
        let most = 65_536
        for (feature, value) in [
            (text, FeatureValue.string(String(repeating: "x", count: most))),
            (blob, .bytes([UInt8](repeating: 1, count: most))),
            (json, .json("\"" + String(repeating: "x", count: most - 2) + "\"")),
            (text, .string("")), (blob, .bytes([])), (json, .json("0")),
        ] {
            try store.put(value, of: feature, for: entity("e"), at: moment(1))
            #expect(try store.value(of: feature, for: entity("e")).value == value)
        }
        refusal(.valueBytes, given: most + 1) {
            try store.put(.string(String(repeating: "x", count: most + 1)), of: text, for: entity("e"), at: moment(1))
        }
        refusal(.valueBytes, given: most + 1) {
            try store.put(.bytes([UInt8](repeating: 1, count: most + 1)), of: blob, for: entity("e"), at: moment(1))
        }
        #expect(try store.verify().isSound)
    }

    @Test func `a vector has 1 to 16 384 elements`() throws {
        for dimension in [1, 16_384] {
            let feature = try fixture.feature("v\(dimension)", .vector(dimension: dimension))
            let value = FeatureValue.vector([Float](repeating: 0.5, count: dimension))
            try store.put(value, of: feature, for: entity("e"), at: moment(1))
            #expect(try store.value(of: feature, for: entity("e")).value == value)
        }
        for dimension in [0, 16_385] {
            refusal(.vectorDimension, given: dimension) { _ = try fixture.feature("v", .vector(dimension: dimension)) }
            let other = try fixture.feature("w\(dimension)")
            refusal(.vectorDimension, given: dimension) {
                let value = FeatureValue.vector([Float](repeating: 0, count: dimension))
                try store.put(value, of: other, for: entity("e"), at: moment(1))
            }
        }
    }

    @Test func `the texts of a definition have their lengths`() throws {
        func text(_ count: Int) -> String { String(repeating: "x", count: count) }
        try store.define(
            FeatureDefinition(
                name: text(255),
                description: text(4096),
                owner: text(255),
                tags: (0..<64).map { text(126) + String($0 + 10) },
                source: text(255)
            )
        )
        #expect(try store.feature(named: text(255))?.definition.tags.count == 64)
        refusal(.featureNameBytes, given: 0) { try store.define(FeatureDefinition(name: "")) }
        refusal(.featureNameBytes, given: 256) { try store.define(FeatureDefinition(name: text(256))) }
        refusal(.descriptionBytes, given: 4097) {
            try store.define(FeatureDefinition(name: "f", description: text(4097)))
        }
        refusal(.ownerBytes, given: 256) { try store.define(FeatureDefinition(name: "f", owner: text(256))) }
        refusal(.sourceBytes, given: 16_385) { try store.define(FeatureDefinition(name: "f", source: text(16_385))) }
        refusal(.tags, given: 65) {
            try store.define(FeatureDefinition(name: "f", tags: [String](repeating: "t", count: 65)))
        }
        refusal(.tagBytes, given: 0) { try store.define(FeatureDefinition(name: "f", tags: [""])) }
        refusal(.tagBytes, given: 129) { try store.define(FeatureDefinition(name: "f", tags: [text(129)])) }
        #expect(try store.features().total == 1)
    }

    @Test func `durations and counts of a definition have their ranges`() throws {
        try store.define(FeatureDefinition(name: "least", ttl: .nanoseconds(1), retention: Retention(maxVersions: 1)))
        refusal(.ttl, given: 0) { try store.define(FeatureDefinition(name: "f", ttl: .zero)) }
        refusal(.maxAge, given: -1) {
            try store.define(FeatureDefinition(name: "f", retention: Retention(maxAge: .nanoseconds(-1))))
        }
        refusal(.maxVersions, given: 0) {
            try store.define(FeatureDefinition(name: "f", retention: Retention(maxVersions: 0)))
        }
        refusal(.maxVersions, given: 1 << 32) {
            try store.define(FeatureDefinition(name: "f", retention: Retention(maxVersions: 1 << 32)))
        }
        let most = try store.define(FeatureDefinition(name: "m", retention: Retention(maxVersions: (1 << 32) - 1)))
        #expect(try store.feature(id: most.id)?.definition.retention.maxVersions == (1 << 32) - 1)
    }

    @Test func `a batch has 1 to 50 000 cells`() throws {
        let feature = try fixture.feature("f", .int64)
        refusal(.batchCells, given: 0) { try store.write(WriteBatch()) }
        var batch = WriteBatch()
        for number in 0..<50_000 {
            try batch.put(.int64(Int64(number)), of: feature, for: entity("e"), at: moment(Int64(number)))
        }
        refusal(.batchCells, given: 50_001) { try batch.put(.int64(0), of: feature, for: entity("e"), at: moment(-1)) }
        #expect(batch.count == 50_000)
        #expect(try store.write(batch).cells == 50_000)
        #expect(try store.statistics().cells == 50_000)
    }

    @Test func `a batch has up to 64 MiB`() throws {
        let feature = try fixture.feature("f", .bytes)
        var batch = WriteBatch()
        let value = FeatureValue.bytes([UInt8](repeating: 1, count: 65_536))
        let cellBytes = 21 + 1 + 1 + 65_536 + 4
        for number in 0..<(67_108_864 / cellBytes) {
            try batch.put(value, of: feature, for: entity("e"), at: moment(Int64(number)))
        }
        let before = batch.byteCount
        refusal(.batchBytes, given: before + cellBytes) {
            try batch.put(value, of: feature, for: entity("e"), at: moment(-1))
        }
        #expect(batch.byteCount == before)
    }

    @Test func `JSON nests up to 64 levels`() throws {
        let feature = try fixture.feature("f", .json)
        func nested(_ depth: Int) -> FeatureValue {
            .json(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        }
        try store.put(nested(64), of: feature, for: entity("e"), at: moment(1))
        #expect {
            try store.put(nested(65), of: feature, for: entity("e"), at: moment(1))
        } throws: { error in
            "\(error)".contains("nested deeper than 64 levels")
        }
    }

    @Test func `bookmarks have their lengths`() throws {
        var batch = WriteBatch()
        try batch.setBookmark(String(repeating: "n", count: 255), to: [UInt8](repeating: 9, count: 4096))
        refusal(.bookmarkNameBytes, given: 0) { try batch.setBookmark("", to: []) }
        refusal(.bookmarkNameBytes, given: 256) { try batch.setBookmark(String(repeating: "n", count: 256), to: []) }
        refusal(.bookmarkBytes, given: 4097) { try batch.setBookmark("n", to: [UInt8](repeating: 9, count: 4097)) }
        #expect(batch.byteCount == 255 + 4096)
        for number in 1..<64 { try batch.setBookmark("\(number)", to: []) }
        refusal(.batchBookmarks, given: 65) { try batch.setBookmark("n", to: []) }
        try store.write(batch)
        #expect(try store.bookmark(String(repeating: "n", count: 255))?.count == 4096)
        #expect(try store.bookmark("another") == nil)
    }

    @Test func `a page has 1 to 100 000 answers`() throws {
        let feature = try fixture.feature("f", .int64)
        refusal(.pageAnswers, given: 0) { _ = try store.history(of: feature, for: entity("e"), limit: 0) }
        refusal(.pageAnswers, given: 100_001) { _ = try store.entities(of: feature, limit: 100_001) }
        refusal(.pageAnswers, given: 0) { _ = try store.features(limit: 0) }
    }

    @Test func `readers beyond the limit are refused, and let in again afterwards`() throws {
        let small = try StoreFixture { $0.maxReaders = 4 }
        let feature = try small.feature("f", .int64)
        func nest(_ depth: Int) throws(ReadError) -> Int {
            try small.store.read { snapshot throws(ReadError) in
                _ = try snapshot.value(of: feature, for: entity("e")).status
                return depth == 1 ? 1 : 1 + (try nest(depth - 1))
            }
        }
        #expect(try nest(4) == 4)
        #expect(throws: ReadError.readersFull(limit: 4)) { try nest(5) }
        #expect(try nest(4) == 4)
    }
}
