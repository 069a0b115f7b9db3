import FStoreTestSupport
import Testing

@testable import FStore

/// Names are compared by words and lists of them sorted by numbers; both have to be what comparing byte for byte gives.
@Suite("The order of entities")
struct EntityOrderTests {
    private let seed = UInt64.random(in: 0...UInt64.max)

    /// Names that differ late, early or not at all, some of one word and some of several.
    private static func names(_ random: inout SeededGenerator) throws -> [EntityID] {
        let beginning = String(repeating: "ab", count: Int.random(in: 0...12, using: &random))
        let letters = ["a", "b", "\u{0}", "\u{7F}", "é", "🛩"]
        return try (0..<Int.random(in: 0...30, using: &random))
            .map { _ in
                let count = [1, 2, 3, 7, 8, 9, 17].randomElement(using: &random) ?? 1
                let end = (0..<count).map { _ in letters.randomElement(using: &random) ?? "a" }.joined()
                return try EntityID(random.chance(90) ? beginning + end : end)
            }
    }

    private static func naivelyPrecedes(_ left: EntityID, _ right: EntityID) -> Bool {
        let (left, right) = (Array(left.text.utf8), Array(right.text.utf8))
        return left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }

    @Test func `lists are in the order of the store, equal names in the asked one`() throws {
        print("seed of the names:", seed)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let names = try Self.names(&random)
            let wanted = names.indices.sorted { left, right in
                if Array(names[left].text.utf8) == Array(names[right].text.utf8) { return left < right }
                return Self.naivelyPrecedes(names[left], names[right])
            }
            #expect(EntityList(names).order == wanted)
        }
    }

    @Test func `names are ordered, equal and hashed by their bytes`() throws {
        print("seed of the names:", seed)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let names = try Self.names(&random)
            for left in names {
                for right in names {
                    let areEqual = Array(left.text.utf8) == Array(right.text.utf8)
                    #expect((left == right) == areEqual)
                    #expect((left < right) == Self.naivelyPrecedes(left, right))
                    if areEqual { #expect(left.hashValue == right.hashValue) }
                }
            }
        }
    }
}
