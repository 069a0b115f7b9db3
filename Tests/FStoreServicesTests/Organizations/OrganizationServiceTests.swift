import FStore
import FStoreCatalog
import FStoreIdentity
import FStoreSecurity
import FStoreTestSupport
import Testing

@testable import FStoreServices

@Suite("Organizations in the background")
struct OrganizationServiceTests {
    private let directory = TemporaryDirectory()
    private static let operators = Principal(
        credential: .key("key"),
        userID: 1,
        organizationID: 1,
        space: 0,
        role: .operator
    )

    private func open() async throws -> (store: FeatureStore, catalog: Catalog, services: Services) {
        var options = StoreOptions()
        options.durability = .relaxed
        let store = try FeatureStore(directory: directory.path, options: options)
        let catalog = try await Catalog(directory: directory.path).audited()
        let sealer = SecretSealer(key: try SealingKey.load(directory: directory.path))
        return (store, catalog, Services(store: store, catalog: catalog, sealer: sealer))
    }

    private func fill(_ store: FeatureStore, space: UInt32, features: Int) async throws {
        for number in 0..<features {
            var definition = FeatureDefinition(name: "f\(number)", type: .int64)
            definition.space = space
            let feature = try await store.define(definition).handle
            var batch = WriteBatch()
            for time in 0..<50 {
                try batch.put(.int64(1), of: feature, for: EntityID("e"), at: Timestamp(nanoseconds: Int64(time)))
            }
            _ = try await store.write(batch)
        }
    }

    /// Erases until nothing is left, as the job does that comes again each second.
    private func erase(_ services: Services, _ catalog: Catalog) async throws {
        for _ in 0..<500 {
            try await services.organizations.eraseDeleted()
            if try await catalog.organizationsBeingDeleted().isEmpty { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test func `a deletion that a stop interrupts goes on after the next start, and spares the others`() async throws {
        var opened = try await open()
        for name in ["first", "second", "third"] {
            _ = try await opened.catalog.createOrganization(name: name, by: .server)
        }
        for space: UInt32 in [0, 2, 3] { try await fill(opened.store, space: space, features: 5) }
        let begun = try await opened.services.organizations.delete(2, for: Self.operators)
        #expect(begun.featuresLeft == 5 && begun.organization.deletionEnded == nil)
        // The server is stopped in the middle: some features are gone.
        let some = try opened.store.features(FeatureFilter(space: 2), limit: 2).features
        for feature in some { try await opened.store.delete(feature.handle) }
        opened.store.close()
        try opened.catalog.close()

        opened = try await open()
        let seen = try await opened.services.organizations.organization(2, for: Self.operators)
        #expect((3...5).contains(seen.featuresLeft ?? 0))
        try await erase(opened.services, opened.catalog)
        let done = try await opened.services.organizations.organization(2, for: Self.operators)
        #expect(done.organization.deletionEnded != nil && done.featuresLeft == nil)
        #expect(try opened.store.spaceFeatures(2).isEmpty)
        #expect(try opened.store.spaceFeatures(0).live == 5 && opened.store.spaceFeatures(3).live == 5)
        #expect(try opened.store.statistics().cells == 500)
        #expect(try opened.store.verify().isSound)
    }

    @Test func `bytes are counted where they are limited, and remembered`() async throws {
        let (store, catalog, services) = try await open()
        for name in ["first", "second"] { _ = try await catalog.createOrganization(name: name, by: .server) }
        try await fill(store, space: 2, features: 3)
        try await services.organizations.countBytes()
        #expect(try await catalog.organization(2).stored == nil)
        var update = OrganizationUpdate()
        update.maxStoredBytes = .some(1_000_000)
        _ = try await services.organizations.update(2, update, for: Self.operators)
        try await services.organizations.countBytes()
        let report = try await services.organizations.organization(2, for: Self.operators)
        let stored = try #require(report.storedBytes)
        #expect((150 * 20..<150 * 60).contains(Int(stored)))
        #expect(try await catalog.organization(2).stored?.bytes == stored)
    }
}
