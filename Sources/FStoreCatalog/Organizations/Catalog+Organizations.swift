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

    /// A page of the organizations, oldest first, with those that are deleted.
    package func organizations(offset: Int, limit: Int) async throws(CatalogError) -> CatalogPage<Organization> {
        try await read { database in
            let sql = "SELECT * FROM organizations ORDER BY id LIMIT ? OFFSET ?"
            let rows = try Row.fetchAll(database, sql: sql, arguments: [max(0, limit), max(0, offset)])
            return CatalogPage(
                items: try rows.map(Organization.init),
                total: try Int.fetchOne(database, sql: "SELECT count(*) FROM organizations") ?? 0
            )
        }
    }

    /// The organization with this number.
    package func organization(_ id: Int64) async throws(CatalogError) -> Organization {
        try await read { try Organization.fetch(id, from: $0) }
    }

    /// The organization called `name`.
    package func organization(named name: String) async throws(CatalogError) -> Organization {
        try await read { try Organization(named: name, in: $0) }
    }
}

extension Organization {
    static func insert(name: String, at now: UnixNanoseconds, into database: Database) throws -> Organization {
        try checkName(name, isFreeIn: database)
        // The next id, from SQLite's own count of those ever given: an id is a space for all but the first.
        let last = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'organizations'), 0)"
        let id = try Int64.fetchOne(database, sql: last).map { $0 + 1 } ?? 1
        try database.execute(
            sql: "INSERT INTO organizations (id, name, created, space) VALUES (?, ?, ?, ?)",
            arguments: [id, name, now, id == 1 ? 0 : id]
        )
        return try Organization(named: name, in: database)
    }

    /// The prefix of the names of deleted organizations. It is reserved for them.
    static let deletedPrefix = "deleted-"

    static func checkName(_ name: String, isFreeIn database: Database) throws {
        let sql = "SELECT EXISTS (SELECT * FROM organizations WHERE name = ?)"
        let isTaken = try Bool.fetchOne(database, sql: sql, arguments: [name]) ?? true
        if isTaken || name.hasPrefix(deletedPrefix) { throw CatalogError.nameTaken(name) }
    }

    static func fetch(_ id: Int64, from database: Database) throws -> Organization {
        let sql = "SELECT * FROM organizations WHERE id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [id]) else { throw CatalogError.notFound }
        return try Organization(row)
    }

    /// An organization that is not deleted.
    static func open(_ id: Int64, in database: Database) throws -> Organization {
        let organization = try fetch(id, from: database)
        if organization.deletionBegan != nil { throw CatalogError.organizationDeleted }
        return organization
    }

    init(named name: String, in database: Database) throws {
        let sql = "SELECT * FROM organizations WHERE name = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [name]) else { throw CatalogError.notFound }
        try self.init(row)
    }

    init(_ row: Row) throws {
        let bytes: Int64? = row["stored_bytes"]
        let time: Int64? = row["stored_bytes_time"]
        self.init(
            id: row["id"],
            space: row["space"],
            name: row["name"],
            tier: try row.value("tier"),
            quotas: OrganizationQuotas(
                maxStoredBytes: row["max_stored_bytes"],
                maxWritesPerSecond: row["max_writes_per_second"]
            ),
            stored: bytes.flatMap { bytes in time.map { StoredBytes(bytes: bytes, time: $0) } },
            disabled: row["disabled"],
            deletionBegan: row["deletion_began"],
            deletionEnded: row["deletion_ended"],
            created: row["created"]
        )
    }
}
