internal import GRDB

extension Catalog {
    /// Makes a new organization. Throws ``CatalogError/nameTaken(_:)`` when there is one of that name.
    package func createOrganization(name: String, by actor: AuditActor) async throws(CatalogError) -> Organization {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let made = try Organization.insert(name: name, at: now, into: database)
            try trail.note(.organizationCreate, String(made.id), organization: made.id, details: [("name", made.name)])
            return made
        }
    }

    /// All organizations, oldest first.
    package func organizations() async throws(CatalogError) -> [Organization] {
        try await read { try Row.fetchAll($0, sql: "SELECT * FROM organizations ORDER BY id").map(Organization.init) }
    }

    /// The organization called `name`.
    package func organization(named name: String) async throws(CatalogError) -> Organization {
        try await read { try Organization(named: name, in: $0) }
    }
}

extension Organization {
    static func insert(name: String, at now: UnixNanoseconds, into database: Database) throws -> Organization {
        let sql = "SELECT EXISTS (SELECT * FROM organizations WHERE name = ?)"
        guard try Bool.fetchOne(database, sql: sql, arguments: [name]) == false else {
            throw CatalogError.nameTaken(name)
        }
        // The next id, from SQLite's own count of those ever given: an id is a space for all but the first.
        let last = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'organizations'), 0)"
        let id = try Int64.fetchOne(database, sql: last).map { $0 + 1 } ?? 1
        try database.execute(
            sql: "INSERT INTO organizations (id, name, created, space) VALUES (?, ?, ?, ?)",
            arguments: [id, name, now, id == 1 ? 0 : id]
        )
        return try Organization(named: name, in: database)
    }

    init(named name: String, in database: Database) throws {
        let sql = "SELECT * FROM organizations WHERE name = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [name]) else { throw CatalogError.notFound }
        self.init(row)
    }

    init(_ row: Row) {
        self.init(id: row["id"], space: row["space"], name: row["name"], created: row["created"])
    }
}
