package import FStoreCatalog
package import FStoreIdentity
package import FStoreSecurity
internal import Synchronization

/// API keys: made, listed and revoked in the catalog, and known to the gate at once.
package struct KeyService: Sendable {
    private let catalog: Catalog
    private let table: CredentialTable

    package init(catalog: Catalog, table: CredentialTable) {
        self.catalog = catalog
        self.table = table
    }

    /// Why a key is not made, or not revoked: nobody gives more than they have.
    package enum Refusal: Error, Sendable {
        case roleAboveCaller
        /// The limit of the caller's own key, which the new one's may not exceed.
        case limitAboveCaller(Quota)
        /// When the caller's own key ends, in nanoseconds since 1970: the new one may not outlast it.
        case endBehindCaller(UnixNanoseconds)
        /// Nobody takes from those above them.
        case keyAboveCaller
    }

    /// Makes a key for the caller's user. Its text is never to be had again.
    package func create(
        name: String,
        role: Role,
        expires: UnixNanoseconds?,
        quota: Quota,
        for caller: Principal
    ) async throws -> (key: APIKey, code: APIKeyCode) {
        if role > caller.role { throw Refusal.roleAboveCaller }
        // An operator runs the server, and may give what no key has.
        if caller.role != .operator, let own = table.entry(of: caller.credential) {
            if !quota.isWithin(own.quota) { throw Refusal.limitAboveCaller(own.quota) }
            if let end = own.expires, end < expires ?? .max { throw Refusal.endBehindCaller(end) }
        }
        let code = APIKeyCode.generate(userID: caller.userID)
        let new = NewAPIKey(code: code, name: name, role: role, expires: expires, quota: quota)
        let key = try await catalog.createKey(new, organization: caller.organizationID, by: AuditActor(caller))
        try await reload()
        return (key, code)
    }

    /// A page of the organization's keys, the newest first.
    package func page(offset: Int, limit: Int, for caller: Principal) async throws(CatalogError) -> CatalogPage<APIKey>
    {
        try await catalog.keys(organization: caller.organizationID, offset: offset, limit: limit)
    }

    /// One key of the organization.
    package func key(_ id: String, for caller: Principal) async throws(CatalogError) -> APIKey {
        try await catalog.key(id, organization: caller.organizationID)
    }

    /// Ends a key, for open connections too.
    ///
    /// It opens nothing from this moment on, whatever becomes of the catalog. When the catalog cannot store that, the
    /// error says so, and it is tried again until it can.
    package func revoke(_ id: String, for caller: Principal) async throws -> APIKey {
        if try await key(id, for: caller).role > caller.role { throw Refusal.keyAboveCaller }
        table.end(id, organization: caller.organizationID)
        let key = try await catalog.revokeKey(id, organization: caller.organizationID, by: AuditActor(caller))
        table.settle(id)
        try await reload()
        return key
    }

    /// Reads all keys that open something into the gate's table.
    package func reload() async throws(CatalogError) {
        table.replace(with: try await catalog.usableKeys())
    }

    /// Writes down when keys were last used.
    package func saveLastUses() async throws(CatalogError) {
        let uses = table.lastUses()
        if !uses.isEmpty { try await catalog.touchKeys(uses) }
    }

    /// What keeps the table and the catalog the same while the server runs.
    var jobs: [Job] {
        let watch = CatalogWatch(catalog: catalog)
        return [
            // What other processes, such as `fstore key revoke`, have changed counts within a second.
            Job("keys of other processes", every: .seconds(1)) {
                guard let counter = try await watch.changed() else { return }
                try await reload()
                watch.note(counter)
            },
            Job("revocations that were not stored", every: .seconds(5)) {
                for (id, organization) in table.unsettled {
                    _ = try await catalog.revokeKey(id, organization: organization, by: .server)
                    table.settle(id)
                }
            },
            Job("last uses of keys", every: .seconds(60)) {
                try await saveLastUses()
                // Keys that have ended leave the memory.
                try await reload()
            },
        ]
    }
}

/// Notices that another process has committed to the catalog.
private final class CatalogWatch: Sendable {
    private let catalog: Catalog
    private let seen = Mutex<Int64?>(nil)

    init(catalog: Catalog) {
        self.catalog = catalog
    }

    /// The counter of changes, when it is another one than at the last ``note(_:)``.
    func changed() async throws(CatalogError) -> Int64? {
        let counter = try await catalog.changeCounter()
        return seen.withLock { $0 } == counter ? nil : counter
    }

    func note(_ counter: Int64) { seen.withLock { $0 = counter } }
}
