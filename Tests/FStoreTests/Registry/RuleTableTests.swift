import FStoreTestSupport
import Testing

@testable import FStore

@Suite("The table of rules")
struct RuleTableTests {
    /// The soak found this: private memory grew by a hundred kilobytes a second while features were defined and
    /// deleted. Numbers of features are never used again, and the registry kept a rule for every number up to the
    /// greatest, once for each reader; a definition copied all of them.
    @Test func `stays as large as there are features, however many there were`() throws {
        let directory = TemporaryDirectory()
        let store = try FeatureStore(directory: directory.path("store"))
        let first = try store.define(FeatureDefinition(name: "first", type: .int64)).handle
        for round in 0..<300 {
            let feature = try store.define(FeatureDefinition(name: "round \(round)", type: .int64)).handle
            try store.delete(feature)
        }
        try store.sweep()
        #expect(try store.read { snapshot throws(ReadError) in snapshot.registry.rules.capacity } <= 16)
        let entity: EntityID = "e"
        try store.put(.int64(1), of: first, for: entity, at: .now())
        #expect(try store.value(of: first, for: entity).value == .int64(1))
        store.close()
    }

    @Test func `has what was put in and not what was removed`() {
        var random = SeededGenerator(seed: 5)
        var table = RuleTable()
        var expected: [UInt32: UInt32] = [:]
        for _ in 0..<5000 {
            let number = UInt32.random(in: 0..<400, using: &random) &* 4_194_304 &+ 1
            if random.chance(60) {
                let space = UInt32.random(in: 0...9, using: &random)
                let rule = FeatureRule(
                    space: space,
                    ttl: 0,
                    maxAge: 0,
                    maxVersions: 0,
                    ageFloor: .min,
                    keepsLatest: false,
                    isLive: true
                )
                table.set(rule, for: number)
                expected[number] = space
            } else {
                table.remove([number])
                expected[number] = nil
            }
            #expect(table.count == expected.count)
            #expect(table[number].isLive == (expected[number] != nil))
        }
        for (number, space) in expected { #expect(table[number].space == space && table[number].isLive) }
        #expect(!table[.max].isLive)
    }
}
