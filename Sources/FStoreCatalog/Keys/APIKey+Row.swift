internal import FStoreIdentity
internal import FStoreSecurity
internal import GRDB

extension APIKey {
    /// The columns that a key is made of; what follows narrows and orders them.
    static let select = """
        SELECT api_keys.*, organizations.space FROM api_keys
        JOIN organizations ON organizations.id = api_keys.organization_id
        """

    static func fetch(_ id: String, organization: Int64, from database: Database) throws -> APIKey {
        let sql = select + " WHERE api_keys.organization_id = ? AND api_keys.id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [organization, id]) else {
            throw CatalogError.notFound
        }
        return try APIKey(row)
    }

    /// - Parameter role: what the key may do now; what it was made for when left out.
    init(_ row: Row, role: Role? = nil) throws {
        guard let digest = Digest((row["digest"] as Blob).bytes) else {
            throw CatalogError.storage("the digest of an API key does not have 32 bytes")
        }
        self.init(
            id: row["id"],
            userID: row["user_id"],
            organizationID: row["organization_id"],
            space: row["space"],
            name: row["name"],
            prefix: row["prefix"],
            digest: digest,
            role: try role ?? row.value("role"),
            quota: try row.value("quota"),
            expires: row["expires"],
            created: row["created"],
            lastUsed: row["last_used"],
            revoked: row["revoked"],
            replaces: row["replaces"]
        )
    }
}

extension NewAPIKey {
    /// Stores the key for a user of `organization`.
    func insert(organization: Int64, at now: UnixNanoseconds, into database: Database) throws -> APIKey {
        let owner = "SELECT EXISTS (SELECT * FROM users WHERE organization_id = ? AND id = ? AND removed IS NULL)"
        guard try Bool.fetchOne(database, sql: owner, arguments: [organization, userID]) == true else {
            throw CatalogError.notFound
        }
        let bytes = Blob(digest.bytes)
        let taken = "SELECT EXISTS (SELECT * FROM api_keys WHERE digest = ?)"
        guard try Bool.fetchOne(database, sql: taken, arguments: [bytes]) == false else {
            throw CatalogError.keyTaken
        }
        let id = RecordID.make("key", at: now)
        try database.execute(
            sql: """
                INSERT INTO api_keys
                    (id, organization_id, user_id, name, prefix, digest, role, quota, expires, created, replaces)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, organization, userID, name, prefix, bytes, role.rawValue, quota.rawValue, expires, now, replaces,
            ]
        )
        return try APIKey.fetch(id, organization: organization, from: database)
    }
}
