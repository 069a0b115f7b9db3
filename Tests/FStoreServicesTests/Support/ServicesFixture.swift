import FStore
import FStoreCatalog
import FStoreIdentity
import FStoreSecurity
import FStoreTestSupport
import Testing

@testable import FStoreServices

extension Catalog {
    /// The catalog, with the chain that its changes need.
    @discardableResult
    func audited() async throws -> Catalog {
        let key = try #require(SealingKey([UInt8](repeating: 7, count: SealingKey.byteCount)))
        _ = try await keepAudit(with: AuditChain(key: key))
        return self
    }
}

/// The services of one server over a directory, with a first key, by clocks that stand still.
final class ServicesFixture {
    let directory = TemporaryDirectory()
    let clock = TestClock()
    let monotonic = TestClock(nanoseconds: 1_000_000_000)
    let store: FeatureStore
    let catalog: Catalog
    let services: Services
    let code = APIKeyCode.generate(userID: 1)
    let key: APIKey
    let caller: Principal

    init() async throws {
        let (clock, monotonic) = (clock, monotonic)
        store = try FeatureStore(directory: directory.path)
        catalog = try await Catalog(directory: directory.path, clock: CatalogClock { clock.nanoseconds }).audited()
        let time = TimeSource(
            now: { Timestamp(nanoseconds: clock.nanoseconds) },
            monotonic: { UInt64(monotonic.nanoseconds) }
        )
        let sealer = SecretSealer(key: try SealingKey.load(directory: directory.path))
        services = Services(store: store, catalog: catalog, sealer: sealer, time: time)
        _ = try await FirstStart.run(catalog, key: code)
        try await services.reload()
        key = try await catalog.usableKeys()[0]
        caller = Principal(credential: .key(key.id), userID: 1, organizationID: 1, space: 0, role: .operator)
    }

    deinit {
        store.close()
        try? catalog.close()
    }

    func entry(_ code: APIKeyCode, after nanoseconds: Int64 = 0) -> CredentialEntry? {
        services.gate.entry(for: code.text.utf8Span.span, at: clock.nanoseconds + nanoseconds)
    }
}
