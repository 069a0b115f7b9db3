internal import GRDB

extension Catalog {
    /// Makes a new organization. Throws ``CatalogError/nameTaken(_:)`` when there is one of that name.
    package func createOrganization(name: String) async throws(CatalogError) -> Organization {
        let now = clock.now()
        return try await write { try Organization.insert(name: name, at: now, into: $0) }
    }

    /// All organizations, oldest first.
    package func organizations() async throws(CatalogError) -> [Organization] {
        try await read { try Row.fetchAll($0, sql: "SELECT * FROM organizations ORDER BY id").map(Organization.init) }
    }

    /// The organization called `name`.
    package func organization(named name: String) async throws(CatalogError) -> Organization {
        try await read { database in
            let sql = "SELECT * FROM organizations WHERE name = ?"
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [name]) else {
                throw CatalogError.notFound
            }
            return Organization(row)
        }
    }
}

extension Organization {
    static func insert(name: String, at now: UnixNanoseconds, into database: Database) throws -> Organization {
        let sql = "SELECT EXISTS (SELECT * FROM organizations WHERE name = ?)"
        guard try Bool.fetchOne(database, sql: sql, arguments: [name]) == false else {
            throw CatalogError.nameTaken(name)
        }
        try database.execute(
            sql: "INSERT INTO organizations (name, created) VALUES (?, ?)",
            arguments: [name, now]
        )
        return Organization(id: database.lastInsertedRowID, name: name, created: now)
    }

    init(_ row: Row) {
        self.init(id: row["id"], name: row["name"], created: row["created"])
    }
}
