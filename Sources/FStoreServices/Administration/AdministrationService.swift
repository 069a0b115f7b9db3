package import FStoreCatalog
package import FStoreIdentity
internal import Synchronization

/// What operators set while the server runs: maintenance, and limits of operations and keys. It is kept in the catalog,
/// and counts on both paths at once.
package struct AdministrationService: Sendable {
    /// `Retry-After` of requests that maintenance refuses. Nobody knows how long it takes.
    package static let retryAfterSeconds = 60
    /// Keys that a list of limits shows at most.
    package static let maxShownKeys = 1000

    private let catalog: Catalog
    private let state: ServerState
    private let limits: OperationLimits
    private let keys: KeyService
    private let applied = Applied()

    package init(catalog: Catalog, state: ServerState, limits: OperationLimits, keys: KeyService) {
        self.catalog = catalog
        self.state = state
        self.limits = limits
        self.keys = keys
    }

    /// Why limits cannot be changed.
    package enum Refusal: Error, Hashable, Sendable {
        /// There is no operation of this id.
        case unknownOperation(String)
        /// Anybody may use it, so that there is no credential whose requests could be counted.
        case openOperation(String)
    }

    /// The limits of the server.
    package struct RateLimits: Sendable {
        /// All operations that ask for a credential, with what was set for them.
        package let operations: [(operation: OperationLimits.Operation, set: Quota?)]
        /// The newest keys whose limit is not the documented one, of all organizations, and how many there are.
        package let keys: CatalogPage<APIKey>
    }

    /// The maintenance that goes on; `nil` when there is none.
    package func maintenance(for caller: Principal) async throws(CatalogError) -> Maintenance? {
        try await catalog.serverSettings().maintenance
    }

    /// Begins maintenance, or ends it with `nil`, for every request from now on.
    package func setMaintenance(message: String?, for caller: Principal) async throws(CatalogError) -> Maintenance? {
        let maintenance = try await catalog.setMaintenance(message: message, by: AuditActor(caller))
        try await reload()
        return maintenance
    }

    /// The limits that count now.
    package func rateLimits(for caller: Principal) async throws(CatalogError) -> RateLimits {
        let set = limits.set
        return RateLimits(
            operations: limits.operations.filter { $0.rule.access != .open }.map { ($0, set[$0.id]) },
            keys: try await catalog.keysWithLimits(count: Self.maxShownKeys)
        )
    }

    /// Sets limits of operations and keys by their ids, all of them or none. `.standard` is the documented limit again.
    package func setRateLimits(
        operations: [String: Quota],
        keys changed: [String: Quota],
        for caller: Principal
    ) async throws {
        let known = limits.operations
        for id in operations.keys.sorted() {
            guard let operation = known.first(where: { $0.id == id }) else { throw Refusal.unknownOperation(id) }
            if operation.rule.access == .open { throw Refusal.openOperation(id) }
        }
        try await catalog.setRateLimits(operations: operations, keys: changed, by: AuditActor(caller))
        try await reload()
        if !changed.isEmpty { try await keys.reload() }
    }

    /// Reads what is set from the catalog, and makes it count.
    package func reload() async throws(CatalogError) {
        let reading = applied.order.withLock { $0.begin() }
        let settings = try await catalog.serverSettings()
        applied.order.withLock { order in
            guard order.admit(reading) else { return }
            state.setMaintenance(
                settings.maintenance.map {
                    ServerState.Closure(message: $0.message, retryAfterSeconds: Self.retryAfterSeconds)
                }
            )
            limits.replace(with: settings.operationLimits)
        }
    }

    private final class Applied: Sendable {
        let order = Mutex(ReadingOrder())
    }
}
