import FStoreTestSupport
import Testing

@testable import FStore

@Suite("The mark of the catalog")
struct CatalogMarkTests {
    private static let mark = CatalogMark(identity: Array(1...16), organizations: 7)

    @Test func `is kept by a store and by its backup`() async throws {
        let fixture = try StoreFixture { $0.durability = .relaxed }
        #expect(try fixture.store.catalogMark() == nil)
        try await fixture.store.setCatalogMark(Self.mark)
        #expect(try fixture.store.catalogMark() == Self.mark)
        let target = fixture.directory.path("backup")
        try fixture.store.backup(to: target)
        fixture.store.close()
        for path in [fixture.path, target] {
            let store = try FeatureStore(directory: path)
            #expect(try store.catalogMark() == Self.mark)
            #expect(try store.verify().isSound)
            store.close()
        }
    }

    @Test func `the highest space is that of a definition or a value`() throws {
        let fixture = try StoreFixture()
        #expect(try fixture.store.highestSpace() == 0)
        let feature = try fixture.store.define(FeatureDefinition(name: "f", space: 3)).handle
        #expect(try fixture.store.highestSpace() == 3)
        try fixture.store.put(.float64(1), of: feature, for: entity("e"), at: moment(1))
        try fixture.store.define(FeatureDefinition(name: "f", space: 2))
        #expect(try fixture.store.highestSpace() == 3)
        try fixture.store.delete(feature)
        try fixture.store.sweep()
        #expect(try fixture.store.highestSpace() == 2)
    }
}
