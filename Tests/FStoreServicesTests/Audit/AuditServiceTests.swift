import FStore
import FStoreCatalog
import FStoreIdentity
import FStoreTestSupport
import Synchronization
import Testing

@testable import FStoreServices

/// A feature is deleted in one file and told of in another. What has happened is answered, whatever becomes of its
/// entry.
@Suite("Changes outside of the catalog")
struct AuditServiceTests {
    private let directory = TemporaryDirectory()
    private let store: FeatureStore
    private let catalog: Catalog
    private let caller = Principal(
        credential: .key("key_7"),
        userID: 7,
        organizationID: 1,
        space: 0,
        role: .admin
    )

    init() async throws {
        var options = StoreOptions()
        options.durability = .relaxed
        store = try FeatureStore(directory: directory.path, options: options)
        catalog = try Catalog(directory: directory.path)
    }

    @Test func `a change is answered though its entry waits, and the entry comes later in its order`() async throws {
        let reports = Mutex<[String]>([])
        let audit = AuditService(catalog: catalog) { action, target, _ in
            reports.withLock { $0.append("\(action.rawValue) \(target)") }
        }
        let features = FeatureService(store: store, audit: audit)
        let first = try await features.define(FeatureDefinition(name: "a", type: .int64), for: caller)
        let second = try await features.define(FeatureDefinition(name: "b", type: .int64), for: caller)
        let before = catalog.now
        try await features.delete(first, expecting: nil, for: caller)
        #expect(audit.failures == 3)
        let told = ["feature.create \(first.id)", "feature.create \(second.id)", "feature.delete \(first.id)"]
        #expect(reports.withLock { $0 } == told)
        #expect(try store.feature(named: "a") == nil)
        #expect(try await catalog.auditEntries(AuditFilter(), limit: 9).isEmpty)
        for job in audit.jobs { await #expect(throws: CatalogError.self) { try await job.run() } }

        // From here on the catalog takes entries.
        try await catalog.audited()
        for job in audit.jobs { try await job.run() }
        let entries = try await catalog.auditEntries(AuditFilter(), limit: 9)
        #expect(entries.map(\.action) == ["feature.delete", "feature.create", "feature.create"])
        #expect(entries.map(\.target) == ["\(first.id)", "\(second.id)", "\(first.id)"])
        // The time is that of the change, and the actor whoever made it.
        #expect(entries[1].time <= before && entries.allSatisfy { $0.credential == "key_7" })
        for job in audit.jobs { try await job.run() }
        #expect(audit.failures == 3)
        #expect(try await catalog.auditEntries(AuditFilter(), limit: 9).count == 3)
        #expect(try await catalog.verifyAudit().isSound)
    }

    @Test func `a client that has gone does not take the entry with it`() async throws {
        try await catalog.audited()
        let audit = AuditService(catalog: catalog)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            await audit.note(.featureDelete, "f", for: caller)
        }
        task.cancel()
        await task.value
        #expect(audit.failures == 0)
        #expect(try await catalog.auditEntries(AuditFilter(), limit: 9).map(\.target) == ["f"])
    }
}
