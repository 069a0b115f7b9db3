package import FStoreCatalog
package import FStoreIdentity
package import FStoreSecurity

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
        try checkLimits(quota, expires, for: caller)
        let code = APIKeyCode.generate(userID: caller.userID)
        let new = NewAPIKey(code: code, name: name, role: role, expires: expires, quota: quota)
        let key = try await catalog.createKey(new, organization: caller.organizationID, by: AuditActor(caller))
        try await reload()
        return (key, code)
    }

    /// Makes a key of a user who has just signed in.
    func create(named name: String, expires: UnixNanoseconds, of user: User) async throws -> APIKeyCode {
        let code = APIKeyCode.generate(userID: user.id)
        let key = NewAPIKey(code: code, name: name, role: user.role, expires: expires)
        _ = try await catalog.createKey(key, organization: user.organizationID, by: .user(user))
        try await reload()
        return code
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

    /// Makes a successor of equal name, role, limit and end. The old key works a day longer at most.
    ///
    /// The caller learns the text of the new key, so that it must lie within their own, as with
    /// ``create(name:role:expires:quota:for:)``.
    package func rotate(_ id: String, for caller: Principal) async throws -> (key: APIKey, code: APIKeyCode) {
        let old = try await key(id, for: caller)
        if old.role > caller.role { throw Refusal.keyAboveCaller }
        try checkLimits(old.quota, old.expires, for: caller)
        let code = APIKeyCode.generate(userID: old.userID)
        let organization = caller.organizationID
        let new = try await catalog.rotateKey(id, organization: organization, code: code, by: AuditActor(caller))
        try await reload()
        return (new, code)
    }

    /// Nobody gives more requests or a longer time than their own key has.
    private func checkLimits(_ quota: Quota, _ expires: UnixNanoseconds?, for caller: Principal) throws(Refusal) {
        // An operator runs the server, and may give what no key has.
        if caller.role == .operator { return }
        switch caller.credential {
        case .key:
            guard let own = table.entry(of: caller.credential) else { return }
            if !quota.isWithin(own.quota) { throw .limitAboveCaller(own.quota) }
            if let end = own.expires, end < expires ?? .max { throw .endBehindCaller(end) }
        case .session:
            // The user is here in person, and their rights do not end with the session.
            if !quota.isWithin(.standard) { throw .limitAboveCaller(.standard) }
        }
    }

    /// Reads all keys that open something into the gate's table.
    package func reload() async throws(CatalogError) {
        let reading = table.beginReading()
        table.replace(with: try await catalog.usableKeys(), reading: reading)
    }

    /// Writes down when keys were last used.
    package func saveLastUses() async throws(CatalogError) {
        let uses = table.lastUses()
        if !uses.isEmpty { try await catalog.touchKeys(uses) }
    }

    /// What is done beside the requests.
    var jobs: [Job] {
        [
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
