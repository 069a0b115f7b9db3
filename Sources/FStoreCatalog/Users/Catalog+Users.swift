internal import FStoreIdentity
internal import GRDB

extension Catalog {
    /// Makes a new user.
    ///
    /// - Throws: ``CatalogError/nameTaken(_:)`` when the organization has one of that name;
    ///   ``CatalogError/addressTaken(_:)`` when somebody has the e-mail address; ``CatalogError/notFound`` when there
    ///   is no such organization, ``CatalogError/organizationDeleted`` when it is being deleted.
    package func createUser(
        _ user: NewUser,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> User {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            try user.insert(organization: organization, at: now, into: database, trail)
        }
    }

    /// The users of an organization, oldest first.
    package func users(organization: Int64) async throws(CatalogError) -> [User] {
        try await read { database in
            let sql = "SELECT * FROM users WHERE organization_id = ? AND removed IS NULL ORDER BY id"
            return try Row.fetchAll(database, sql: sql, arguments: [organization]).map(User.init)
        }
    }

    /// A page of the users of an organization, oldest first.
    package func users(organization: Int64, offset: Int, limit: Int) async throws(CatalogError) -> CatalogPage<User> {
        try await read { database in
            let chosen = "FROM users WHERE organization_id = ? AND removed IS NULL"
            let sql = "SELECT * \(chosen) ORDER BY id LIMIT ? OFFSET ?"
            let arguments: StatementArguments = [organization, max(0, limit), max(0, offset)]
            return CatalogPage(
                items: try Row.fetchAll(database, sql: sql, arguments: arguments).map(User.init),
                total: try Int.fetchOne(database, sql: "SELECT count(*) \(chosen)", arguments: [organization]) ?? 0
            )
        }
    }

    /// The user whom `reference` names.
    ///
    /// - Parameter organization: whose users are looked at; `nil` for those of every organization.
    package func user(_ reference: UserReference, organization: Int64?) async throws(CatalogError) -> User {
        try await read { try User.fetch(reference, organization: organization, from: $0) }
    }

    /// One user of an organization.
    package func user(_ id: Int64, organization: Int64) async throws(CatalogError) -> User {
        try await read { try User.fetch(id, organization: organization, from: $0) }
    }
}

extension NewUser {
    /// Stores the user, and tells the audit trail.
    func insert(
        organization: Int64,
        at now: UnixNanoseconds,
        into database: Database,
        _ trail: AuditTrail
    ) throws -> User {
        let made = try insert(organization: organization, at: now, into: database)
        try trail.note(.userCreate, made.publicID, organization: organization, details: made.auditDetails)
        return made
    }

    /// Stores the user, and returns what was stored.
    ///
    /// - Parameter id: the next free one when left out.
    func insert(id: Int64? = nil, organization: Int64, at now: UnixNanoseconds, into database: Database) throws -> User
    {
        _ = try Organization.open(organization, in: database)
        // Those who are removed are called so.
        if username.hasPrefix(User.removedPrefix) { throw CatalogError.nameTaken(username) }
        let taken = "SELECT EXISTS (SELECT * FROM users WHERE organization_id = ? AND username = ?)"
        guard try Bool.fetchOne(database, sql: taken, arguments: [organization, username]) == false else {
            throw CatalogError.nameTaken(username)
        }
        if password != nil { try User.checkLogin(username, isFreeIn: database) }
        let email = try email ?? User.freeAddress(username, in: database)
        try User.checkAddress(email, isFreeIn: database)
        try database.execute(
            sql: """
                INSERT INTO users (id, public_id, organization_id, username, email, full_name, role, password,
                    password_set, created, updated)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, RecordID.make("usr", at: now), organization, username, email, fullName ?? username, role.rawValue,
                password, password == nil ? nil : now, now, now,
            ]
        )
        return try User.fetch(database.lastInsertedRowID, organization: organization, from: database)
    }
}

extension User {
    /// What the audit trail tells of a user who was made.
    var auditDetails: [(name: String, value: String)] { [("username", username), ("role", role.rawValue)] }

    static func fetch(_ id: Int64, organization: Int64, from database: Database) throws -> User {
        try fetch(.number(id), organization: organization, from: database)
    }

    /// - Parameter organization: whose users are looked at; `nil` for those of every organization.
    static func fetch(_ reference: UserReference, organization: Int64?, from database: Database) throws -> User {
        let sql = """
            SELECT * FROM users WHERE \(reference.column) = ?1 AND removed IS NULL
                AND (?2 IS NULL OR organization_id = ?2)
            """
        let arguments: StatementArguments = [reference.value, organization]
        guard let row = try Row.fetchOne(database, sql: sql, arguments: arguments) else {
            throw CatalogError.notFound
        }
        return try User(row)
    }

    /// Names of those who sign in are unique in the catalog, whatever their case.
    static func checkLogin(_ username: String, isFreeIn database: Database, except id: Int64 = 0) throws {
        let sql =
            "SELECT EXISTS (SELECT * FROM users WHERE lower(username) = lower(?) AND password IS NOT NULL AND id != ?)"
        if try Bool.fetchOne(database, sql: sql, arguments: [username, id]) == true {
            throw CatalogError.nameTaken(username)
        }
    }

    static func checkAddress(_ email: String, isFreeIn database: Database, except id: Int64 = 0) throws {
        let sql = "SELECT EXISTS (SELECT * FROM users WHERE lower(email) = lower(?) AND removed IS NULL AND id != ?)"
        if try Bool.fetchOne(database, sql: sql, arguments: [email, id]) == true {
            throw CatalogError.addressTaken(email)
        }
    }

    /// An address at `localhost` that nobody has, for a user who was made without one.
    static func freeAddress(_ username: String, in database: Database) throws -> String {
        let plain = username.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") } ? username : "user"
        var address = plain + "@localhost"
        var number = 1
        let sql = "SELECT EXISTS (SELECT * FROM users WHERE lower(email) = lower(?) AND removed IS NULL)"
        while try Bool.fetchOne(database, sql: sql, arguments: [address]) == true {
            number += 1
            address = "\(plain)-\(number)@localhost"
        }
        return address
    }

    init(_ row: Row) throws {
        self.init(
            id: row["id"],
            publicID: row["public_id"],
            organizationID: row["organization_id"],
            username: row["username"],
            email: row["email"],
            fullName: row["full_name"],
            role: try row.value("role"),
            canSignIn: row["password"] != nil,
            disabled: row["disabled"],
            created: row["created"],
            updated: row["updated"]
        )
    }
}
