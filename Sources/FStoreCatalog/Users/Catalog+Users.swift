package import FStoreIdentity
internal import GRDB

extension Catalog {
    /// Makes a new user. Throws ``CatalogError/nameTaken(_:)`` when the organization has one of that name, and
    /// ``CatalogError/notFound`` when there is no such organization.
    package func createUser(
        organization: Int64,
        username: String,
        role: Role
    ) async throws(CatalogError) -> User {
        let now = clock.now()
        return try await write { database in
            let draft = User(
                id: 0,
                organizationID: organization,
                username: username,
                role: role,
                created: now,
                updated: now
            )
            return try draft.insert(id: nil, into: database)
        }
    }

    /// The users of an organization, oldest first.
    package func users(organization: Int64) async throws(CatalogError) -> [User] {
        try await read { database in
            let sql = "SELECT * FROM users WHERE organization_id = ? ORDER BY id"
            return try Row.fetchAll(database, sql: sql, arguments: [organization]).map(User.init)
        }
    }

    /// One user of an organization.
    package func user(_ id: Int64, organization: Int64) async throws(CatalogError) -> User {
        try await read { database in
            let sql = "SELECT * FROM users WHERE organization_id = ? AND id = ?"
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [organization, id]) else {
                throw CatalogError.notFound
            }
            return try User(row)
        }
    }
}

extension User {
    /// Stores the user, with the next free id when `id` is `nil`, and returns what was stored.
    @discardableResult
    func insert(id: Int64?, into database: Database) throws -> User {
        let sql = "SELECT EXISTS (SELECT * FROM organizations WHERE id = ?)"
        guard try Bool.fetchOne(database, sql: sql, arguments: [organizationID]) == true else {
            throw CatalogError.notFound
        }
        let taken = "SELECT EXISTS (SELECT * FROM users WHERE organization_id = ? AND username = ?)"
        guard try Bool.fetchOne(database, sql: taken, arguments: [organizationID, username]) == false else {
            throw CatalogError.nameTaken(username)
        }
        try database.execute(
            sql: """
                INSERT INTO users (id, organization_id, username, role, created, updated)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [id, organizationID, username, role.rawValue, created, updated]
        )
        return User(
            id: database.lastInsertedRowID,
            organizationID: organizationID,
            username: username,
            role: role,
            created: created,
            updated: updated
        )
    }

    init(_ row: Row) throws {
        self.init(
            id: row["id"],
            organizationID: row["organization_id"],
            username: row["username"],
            role: try row.value("role"),
            created: row["created"],
            updated: row["updated"]
        )
    }
}
