import FStore
import FStoreTestSupport
import Testing

@Suite("Features")
struct FeatureTests {
    private let fixture: StoreFixture
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    private func full(_ name: String) -> FeatureDefinition {
        FeatureDefinition(
            name: name,
            space: 3,
            type: .vector(dimension: 12),
            ttl: .seconds(90),
            retention: Retention(maxAge: .seconds(86_400), maxVersions: 7),
            description: "what it means",
            owner: "data team",
            tags: ["risk", "daily"],
            source: "warehouse"
        )
    }

    @Test func `keep every field over a restart`() throws {
        let defined = try store.define(full("score"))
        #expect(defined.definition == full("score"))
        #expect(defined.created == fixture.clock.now && defined.updated == fixture.clock.now)
        store.close()
        let reopened = try FeatureStore(directory: fixture.path)
        #expect(try reopened.feature(id: defined.id) == defined)
        #expect(try reopened.feature(named: "score", space: 3) == defined)
        #expect(try reopened.feature(named: "score") == nil)
    }

    @Test func `have names that are unique within their space`() throws {
        try store.define(full("score"))
        #expect(throws: WriteError.duplicateName("score")) { try store.define(full("score"), mustBeNew: true) }
        try store.define(FeatureDefinition(name: "score"))
        #expect(try store.features(FeatureFilter(space: 3)).total == 1)
        #expect(try store.features().total == 1)
    }

    /// The first lines of the README failed when they ran for the second time: the name was taken.
    @Test func `may be defined again, as they are`() async throws {
        let defined = try await store.define(full("score"))
        let commit = try store.lastCommitTime()
        let generation = try store.read { snapshot in snapshot.registryGeneration }
        fixture.clock.advance(1000)
        #expect(try await store.define(full("score")) == defined)
        // Nothing was written: neither a number was taken nor the registry changed.
        #expect(try store.lastCommitTime() == commit)
        #expect(try store.read { snapshot in snapshot.registryGeneration } == generation)

        let both = try store.define([full("new"), full("score")])
        #expect(both.map(\.name) == ["new", "score"] && both[1] == defined)
        #expect(try store.feature(named: "new", space: 3) == both[0])
        #expect(throws: WriteError.duplicateName("score")) { try store.define([full("score"), full("score")]) }
    }

    @Test func `that are defined differently are refused, with the member that differs`() throws {
        let defined = try store.define(full("score"))
        func refusal(_ change: (inout FeatureDefinition) -> Void) -> String? {
            var definition = full("score")
            change(&definition)
            do {
                try store.define([FeatureDefinition(name: "other", space: 3), definition])
                return nil
            } catch {
                return error.description
            }
        }
        let start = #"the feature "score" exists with another "#
        #expect(
            refusal { $0.ttl = .seconds(91) }
                == start + "ttl: 90.0 seconds, and 91.0 seconds was given; "
                + "define it with the same ttl, or change the feature with update"
        )
        #expect(refusal { $0.type = .float64 }?.hasPrefix(start + "type: vector(12), and float64 was given") == true)
        #expect(
            refusal { $0.retention = Retention(maxAge: .seconds(86_400)) }?.contains("retention.maxVersions: 7") == true
        )
        #expect(refusal { $0.retention.maxAge = nil }?.contains("retention.maxAge: 86400.0 seconds, and none") == true)
        #expect(refusal { $0.retention.keepLatest = true }?.contains("retention.keepLatest: false, and true") == true)
        #expect(refusal { $0.description = "" }?.contains(#"description: "what it means", and """#) == true)
        #expect(refusal { $0.owner = "you" }?.contains("another owner") == true)
        #expect(refusal { $0.tags = ["daily", "risk"] }?.contains("another tags") == true)
        #expect(refusal { $0.source = "" }?.contains("another source") == true)
        // A member that is compared nowhere would be lost without a word.
        let members = Mirror(reflecting: full("score")).children.count
        #expect(members + Mirror(reflecting: Retention.unlimited).children.count == 9 + 3)
        #expect(try store.feature(named: "other", space: 3) == nil)
        // Who leaves the type out takes it as it is.
        #expect(refusal { $0.type = nil } == nil)
        #expect(try store.define(full("score")) == defined)
    }

    @Test func `are defined together or not at all`() throws {
        let definitions = (0..<500).map { FeatureDefinition(name: "f\($0)", type: .int64) }
        let defined = try store.define(definitions)
        #expect(defined.map(\.name) == definitions.map(\.name))
        #expect(Set(defined.map(\.handle)).count == 500)
        #expect(throws: WriteError.duplicateName("f7")) {
            try store.define([FeatureDefinition(name: "new"), FeatureDefinition(name: "f7")], mustBeNew: true)
        }
        #expect(throws: WriteError.duplicateName("twice")) {
            try store.define([FeatureDefinition(name: "twice"), FeatureDefinition(name: "twice")])
        }
        #expect(throws: WriteError.self) {
            try store.define([FeatureDefinition(name: "new"), FeatureDefinition(name: "")])
        }
        #expect(try store.features(limit: 1000).features == defined)
        try store.delete(defined[3].handle)
        #expect(try store.features(limit: 1000).features.map(\.name) == definitions.map(\.name).filter { $0 != "f3" })
    }

    @Test func `are listed in the order of their definition, filtered and in pages`() throws {
        for number in 0..<25 {
            fixture.clock.advance(1)
            let tags = number % 2 == 0 ? ["even"] : ["odd", "rare"]
            let owner = number < 10 ? "ann" : "bob"
            try store.define(FeatureDefinition(name: "\(number % 5)-f\(number)", owner: owner, tags: tags))
        }
        let all = try store.features(limit: 100).features.map(\.name)
        #expect(all == (0..<25).map { "\($0 % 5)-f\($0)" })
        let second = try store.features(offset: 10, limit: 10)
        #expect(second.total == 25 && second.features.map(\.name) == Array(all[10..<20]))
        #expect(try store.features(offset: 30).features.isEmpty)
        #expect(try store.features(FeatureFilter(tags: ["even"])).total == 13)
        #expect(try store.features(FeatureFilter(tags: ["rare"], owner: "ann")).total == 5)
        #expect(
            try store.features(FeatureFilter(namePrefix: "4-")).features.map(\.name)
                == all.filter { $0.hasPrefix("4-") }
        )
        #expect(try store.features(FeatureFilter(tags: ["none"])).total == 0)
        #expect(try store.features(FeatureFilter(tags: ["rare", "odd"])).total == 12)
        #expect(try store.features(FeatureFilter(tags: ["rare", "even"])).total == 0)
        let backwards = try store.features(newestFirst: true).features
        #expect(try backwards.reversed() == store.features().features)
    }

    @Test func `change what may change and keep the rest`() throws {
        let before = try store.define(full("score"))
        fixture.clock.advance(5)
        let changed = try store.update(before.handle, FeatureUpdate(description: "new", tags: []))
        #expect(changed.definition.description == "new" && changed.definition.tags.isEmpty)
        #expect(changed.definition.owner == "data team" && changed.definition.ttl == .seconds(90))
        #expect(changed.updated == fixture.clock.now && changed.created == before.created && changed.id == before.id)
        let withoutLimits = try store.update(before.handle, FeatureUpdate(ttl: .some(nil), retention: .unlimited))
        #expect(withoutLimits.definition.ttl == nil && withoutLimits.definition.retention == .unlimited)
        #expect(throws: WriteError.self) {
            try store.update(before.handle, FeatureUpdate(owner: String(repeating: "x", count: 256)))
        }
        #expect(try store.feature(id: before.id) == withoutLimits)
    }

    @Test func `that are deleted are out of reach at once, and their space comes back`() throws {
        let feature = try store.define(FeatureDefinition(name: "f", type: .int64))
        let other = try fixture.feature("other", .int64)
        for number in 0..<3000 {
            var batch = WriteBatch()
            try batch.put(.int64(1), of: feature.handle, for: entity("e\(number % 10)"), at: moment(Int64(number)))
            try batch.put(.int64(2), of: other, for: entity("e\(number % 10)"), at: moment(1))
            try store.submit(batch) { _ in }
        }
        try store.delete(feature.handle)
        #expect(throws: ReadError.unknownFeature) { try store.value(of: feature.handle, for: entity("e1")) }
        #expect(throws: ReadError.unknownFeature) { try store.history(of: feature.handle, for: entity("e1")) }
        #expect(throws: ReadError.unknownFeature) { try store.entities(of: feature.handle) }
        #expect(throws: WriteError.unknownFeature) { try store.delete(feature.handle) }
        #expect(throws: WriteError.unknownFeature) { try store.update(feature.handle, FeatureUpdate()) }
        #expect(try store.feature(id: feature.id) == nil && store.feature(named: "f") == nil)
        let again = try store.define(FeatureDefinition(name: "f"))
        #expect(again.id != feature.id && again.handle != feature.handle)
        #expect(try store.value(of: again.handle, for: entity("e1")).status == .missing)
        try store.sweep()
        let statistics = try store.statistics()
        #expect(statistics.featuresToReclaim == 0 && statistics.latestRows == 10)
        #expect(try store.value(of: other, for: entity("e1")).value == .int64(2))
        #expect(try store.verify().isSound)
    }

    @Test func `deleted before a stop are reclaimed after it`() throws {
        let feature = try fixture.feature("f", .int64)
        for number in 0..<5000 {
            var batch = WriteBatch()
            try batch.put(.int64(1), of: feature, for: entity("e"), at: moment(Int64(number)))
            try store.submit(batch) { _ in }
        }
        try store.delete(feature)
        store.close()
        let reopened = try FeatureStore(directory: fixture.path)
        try reopened.sweep()
        #expect(try reopened.statistics().cells == 0)
        #expect(try reopened.statistics().featuresToReclaim == 0)
    }

    @Test func `whose values are erased keep their definition and nothing else`() throws {
        let feature = try store.define(full("score"))
        let value = FeatureValue.vector([Float](repeating: 1, count: 12))
        let receipt = try store.put(value, of: feature.handle, for: entity("e"), at: fixture.clock.now)
        let erased = try store.eraseValues(of: feature.handle)
        #expect(erased.id == feature.id && erased.definition == feature.definition && erased.handle != feature.handle)
        #expect(try store.statistics().cells == 0)
        #expect(
            try store.value(of: erased.handle, for: entity("e"), at: .latest(knownAt: receipt.commitTime)) == .missing
        )
        try store.put(value, of: erased.handle, for: entity("e"), at: fixture.clock.now)
        #expect(try store.value(of: erased.handle, for: entity("e")).value == value)
    }

    @Test func `of several spaces are not read together, and entities of spaces are apart`() throws {
        let here = try store.define(FeatureDefinition(name: "f", space: 1, type: .int64)).handle
        let there = try store.define(FeatureDefinition(name: "f", space: 2, type: .int64)).handle
        try store.put(.int64(1), of: here, for: entity("e"), at: moment(1))
        try store.put(.int64(2), of: there, for: entity("e"), at: moment(1))
        #expect(throws: ReadError.severalSpaces) { try store.values(of: FeatureList([here, there]), for: entity("e")) }
        try store.erase(entity("e"), space: 1)
        #expect(try store.value(of: here, for: entity("e")).status == .missing)
        #expect(try store.value(of: there, for: entity("e")).value == .int64(2))
    }
}
