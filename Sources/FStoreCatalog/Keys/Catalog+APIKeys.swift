internal import FStoreIdentity
internal import GRDB

extension Catalog {
    /// Stores a new key. Throws ``CatalogError/notFound`` when its user is not one of the organization, and
    /// ``CatalogError/keyTaken`` when the key is stored already.
    package func createKey(
        _ key: NewAPIKey,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> APIKey {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let made = try key.insert(organization: organization, at: now, into: database)
            try trail.note(.keyCreate, made.id, organization: organization, details: made.auditDetails)
            return made
        }
    }

    /// A page of the keys of an organization, newest first, with those that are revoked or expired.
    package func keys(organization: Int64, offset: Int, limit: Int) async throws(CatalogError) -> CatalogPage<APIKey> {
        try await read { database in
            let sql =
                APIKey.select + """
                     WHERE api_keys.organization_id = ?
                    ORDER BY api_keys.created DESC, api_keys.id DESC LIMIT ? OFFSET ?
                    """
            let arguments: StatementArguments = [organization, max(0, limit), max(0, offset)]
            let total = "SELECT count(*) FROM api_keys WHERE organization_id = ?"
            return CatalogPage(
                items: try Row.fetchAll(database, sql: sql, arguments: arguments).map { try APIKey($0) },
                total: try Int.fetchOne(database, sql: total, arguments: [organization]) ?? 0
            )
        }
    }

    /// One key of an organization.
    package func key(_ id: String, organization: Int64) async throws(CatalogError) -> APIKey {
        try await read { try APIKey.fetch(id, organization: organization, from: $0) }
    }

    /// Revokes a key for good, and returns it. One that was revoked keeps the time of its first revocation.
    ///
    /// Works on a full disk too: a disk that somebody has filled must not keep their key open.
    package func revokeKey(
        _ id: String,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> APIKey {
        let now = clock.now()
        return try await changeAnyway(by: actor) { database, trail in
            try database.execute(
                sql: "UPDATE api_keys SET revoked = ? WHERE organization_id = ? AND id = ? AND revoked IS NULL",
                arguments: [now, organization, id]
            )
            let isNew = database.changesCount == 1
            let key = try APIKey.fetch(id, organization: organization, from: database)
            if isNew { try trail.note(.keyRevoke, id, organization: organization, details: [("name", key.name)]) }
            return key
        }
    }

    /// The keys of all organizations that open something now, by organization and then by id: what a server keeps in
    /// memory. A key may expire while it is there.
    ///
    /// Neither revoked nor expired, and of a user and an organization that are neither disabled nor removed. Their role
    /// is at most that of their user.
    package func usableKeys() async throws(CatalogError) -> [APIKey] {
        let now = clock.now()
        return try await read { database in
            let sql = """
                SELECT api_keys.*, organizations.space, users.role AS user_role FROM api_keys
                JOIN organizations ON organizations.id = api_keys.organization_id
                JOIN users ON users.id = api_keys.user_id
                WHERE api_keys.revoked IS NULL AND (api_keys.expires IS NULL OR api_keys.expires > ?)
                    AND users.disabled IS NULL AND users.removed IS NULL
                    AND organizations.disabled IS NULL AND organizations.deletion_began IS NULL
                ORDER BY api_keys.organization_id, api_keys.id
                """
            return try Row.fetchAll(database, sql: sql, arguments: [now])
                .map { row in
                    let (own, users): (Role, Role) = (try row.value("role"), try row.value("user_role"))
                    return try APIKey(row, role: min(own, users))
                }
        }
    }

    /// Writes down when keys were last used, by their ids. A time before the one stored is ignored, and so is an id
    /// that does not exist.
    package func touchKeys(_ lastUsed: [String: UnixNanoseconds]) async throws(CatalogError) {
        guard !lastUsed.isEmpty else { return }
        try await write { database in
            let sql = "UPDATE api_keys SET last_used = ?1 WHERE id = ?2 AND coalesce(last_used < ?1, 1)"
            let statement = try database.makeStatement(sql: sql)
            for (id, time) in lastUsed { try statement.execute(arguments: [time, id]) }
        }
    }
}

extension APIKey {
    /// What the audit trail tells of a key that was made.
    var auditDetails: [(name: String, value: String)] {
        [
            ("name", name), ("prefix", prefix), ("role", role.rawValue), ("user", String(userID)),
            ("rate_limit", quota.rawValue),
        ]
    }
}
