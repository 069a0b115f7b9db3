package import FStoreCatalog
package import FStoreSecurity

/// API keys: made, listed and revoked in the catalog, and known to the gate at once.
package struct KeyService: Sendable {
    private let catalog: Catalog
    private let table: KeyTable

    package init(catalog: Catalog, table: KeyTable) {
        self.catalog = catalog
        self.table = table
    }

    /// Why a key is not made.
    package enum Refusal: Error, Sendable {
        /// Nobody gives more than they have.
        case roleAboveCaller
        /// Nobody takes from those above them.
        case keyAboveCaller
    }

    /// Makes a key for the caller's user. Its text is never to be had again.
    package func create(
        name: String,
        role: Role,
        expires: UnixNanoseconds?,
        quota: RateQuota,
        for caller: Principal
    ) async throws -> (key: APIKey, code: APIKeyCode) {
        if role > caller.role { throw Refusal.roleAboveCaller }
        let code = APIKeyCode.generate(userID: caller.userID)
        let new = NewAPIKey(code: code, name: name, role: role, expires: expires, quota: quota)
        let key = try await catalog.createKey(new, organization: caller.organizationID)
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
    package func revoke(_ id: String, for caller: Principal) async throws -> APIKey {
        if try await key(id, for: caller).role > caller.role { throw Refusal.keyAboveCaller }
        let key = try await catalog.revokeKey(id, organization: caller.organizationID)
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
}
