import FStore
import Foundation
import Testing

@testable import FStoreConnectors

@Suite("Lines that are pushed")
struct LineLoadTests {
    private static let now = Timestamp(nanoseconds: 1_700_000_000_000_000_000)

    /// A store with one feature, in a directory of its own.
    private final class Place {
        let store: FeatureStore
        let feature: Feature
        private let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("fstore-lines-\(UUID().uuidString)")

        init(_ type: ValueType? = .float64) throws {
            store = try FeatureStore(directory: directory.path)
            feature = try store.define(FeatureDefinition(name: "f", type: type))
        }

        deinit {
            store.close()
            try? FileManager.default.removeItem(at: directory)
        }

        func value(_ entity: String) throws -> FeatureValue? {
            try store.value(of: feature.handle, for: EntityID(entity)).value
        }
    }

    private static func load(
        _ text: String,
        into place: Place,
        chunkBytes: Int = .max,
        options: LoadOptions = LoadOptions()
    ) async throws -> (written: Int, rejected: Int, first: [RejectedRow], committed: Timestamp?) {
        var load = LineLoad(into: place.feature, of: place.store, receivedAt: now, options: options)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunk.count)
            load.append(chunk.span)
            try await load.write()
        }
        try await load.finish()
        return (load.written, load.rejected, load.firstRejected, load.committed)
    }

    @Test(arguments: [1, 2, 7, 1000])
    func `lines are values whatever the chunks, and wrong ones are told from line 1 on`(chunkBytes: Int) async throws {
        let place = try Place()
        let text = """
            \u{FEFF}{"entity_id":"a","value":1}

            nonsense
            {"entity_id":1001,"value":2.5,"timestamp":"2024-01-01 00:00:00+01"}
            {"entity_id":"b","value":"x"}
            {"entity_id":"c","value":null,"timestamp":null}
            {"entity_id":"d"}
            {"entity_id":"d","value":1,"extra":1}
            {"entity_id":"d","value":1,"value":2}
            {"entity_id":"d","value":9007199254740993}
            [1]
            {"entity_id":"e","value":1e3}
            """
        var options = LoadOptions()
        options.keptRejects = 100
        options.batchRows = 2
        let outcome = try await Self.load(text, into: place, chunkBytes: chunkBytes, options: options)
        #expect(outcome.written == 4)
        #expect(outcome.first.map(\.line) == [3, 5, 7, 8, 9, 10, 11])
        #expect(outcome.first.map(\.field) == [nil, "value", "value", "extra", nil, "value", nil])
        #expect(outcome.rejected == 7)
        #expect(outcome.committed != nil)
        #expect(try place.value("a") == .float64(1))
        // A number names an entity as it is written.
        #expect(try place.value("1001") == .float64(2.5))
        #expect(try place.store.value(of: place.feature.handle, for: "c").status == .null)
        #expect(try place.value("e") == .float64(1000))
        let history = try place.store.history(
            of: place.feature.handle,
            for: "1001",
            from: .earliest,
            through: .last,
            limit: 10
        )
        #expect(history.entries.map(\.eventTime.description) == ["2023-12-31T23:00:00Z"])
    }

    @Test func `the first value decides for a feature without a type`() async throws {
        let place = try Place(nil)
        let outcome = try await Self.load(
            "{\"entity_id\":\"a\",\"value\":\"x\"}\n{\"entity_id\":\"b\",\"value\":1}",
            into: place
        )
        #expect(outcome.written == 1)
        #expect(outcome.first.first?.line == 2)
        #expect(try place.store.feature(named: "f")?.type == .string)
    }

    @Test func `a load of which nothing fits ends early`() async throws {
        let place = try Place()
        let text = String(repeating: "{\"entity_id\":\"a\",\"value\":\"x\"}\n", count: 5000)
        do {
            _ = try await Self.load(text, into: place, chunkBytes: 4096)
            Issue.record("it went on")
        } catch let error as LoadError {
            guard case .allRejected(1000, let first) = error else { throw error }
            #expect(first.map(\.line) == [1, 2, 3])
        }
    }

    @Test func `batches are written while lines come`() async throws {
        let place = try Place()
        var options = LoadOptions()
        options.batchRows = 100
        var load = LineLoad(into: place.feature, of: place.store, receivedAt: Self.now, options: options)
        let chunk = Array((0..<250).map { "{\"entity_id\":\"e\($0)\",\"value\":\($0)}\n" }.joined().utf8)
        load.append(chunk.span)
        try await load.write()
        let (written, line) = (load.written, load.line)
        #expect(written == 200)
        #expect(line == 250)
        try await load.finish()
        let all = load.written
        #expect(all == 250)
    }
}
