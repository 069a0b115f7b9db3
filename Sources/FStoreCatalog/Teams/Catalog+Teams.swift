internal import GRDB

extension Catalog {
    /// Makes a new team without members.
    ///
    /// - Throws: ``CatalogError/nameTaken(_:)`` when the organization has one of that name;
    ///   ``CatalogError/tooMany(what:limit:)`` when it has ``Team/maxTeams``.
    package func createTeam(name: String, organization: Int64, by actor: AuditActor) async throws(CatalogError) -> Team
    {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let taken = "SELECT EXISTS (SELECT * FROM teams WHERE organization_id = ? AND name = ?)"
            guard try Bool.fetchOne(database, sql: taken, arguments: [organization, name]) == false else {
                throw CatalogError.nameTaken(name)
            }
            let count = "SELECT count(*) FROM teams WHERE organization_id = ?"
            guard try Int.fetchOne(database, sql: count, arguments: [organization]) ?? 0 < Team.maxTeams else {
                throw CatalogError.tooMany(what: "teams", limit: Team.maxTeams)
            }
            try database.execute(
                sql: "INSERT INTO teams (organization_id, name, created) VALUES (?, ?, ?)",
                arguments: [organization, name, now]
            )
            let team = try Team.fetch(database.lastInsertedRowID, organization: organization, from: database)
            try trail.note(.teamCreate, String(team.id), organization: organization, details: [("name", name)])
            return team
        }
    }

    /// A page of the teams of an organization, oldest first.
    package func teams(organization: Int64, offset: Int, limit: Int) async throws(CatalogError) -> CatalogPage<Team> {
        try await read { database in
            let sql = "SELECT * FROM teams WHERE organization_id = ? ORDER BY id LIMIT ? OFFSET ?"
            let arguments: StatementArguments = [organization, max(0, limit), max(0, offset)]
            let total = "SELECT count(*) FROM teams WHERE organization_id = ?"
            return CatalogPage(
                items: try Row.fetchAll(database, sql: sql, arguments: arguments).map { try Team($0, in: database) },
                total: try Int.fetchOne(database, sql: total, arguments: [organization]) ?? 0
            )
        }
    }

    /// Removes a team, and its policy with it. Its members stay users.
    package func deleteTeam(_ id: Int64, organization: Int64, by actor: AuditActor) async throws(CatalogError) {
        try await changeAnyway(by: actor) { database, trail in
            let team = try Team.fetch(id, organization: organization, from: database)
            let policy = "DELETE FROM policies WHERE organization_id = ? AND team_id = ?"
            try database.execute(sql: policy, arguments: [organization, id])
            let sql = "DELETE FROM teams WHERE organization_id = ? AND id = ?"
            try database.execute(sql: sql, arguments: [organization, id])
            try trail.note(.teamDelete, String(id), organization: organization, details: [("name", team.name)])
        }
    }

    /// Adds a user to a team of the same organization, and returns the team. Who is a member already stays one.
    ///
    /// - Parameter user: the number of the user or the id, `usr_…`.
    /// - Throws: ``CatalogError/notFound`` when there is no such team or user;
    ///   ``CatalogError/tooMany(what:limit:)`` when the team has ``Team/maxMembers``.
    package func addTeamMember(
        _ user: String,
        to id: Int64,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> Team {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let team = try Team.fetch(id, organization: organization, from: database)
            let userID = try Team.user(user, organization: organization, in: database)
            if team.members.contains(where: { $0.userID == userID }) { return team }
            guard team.members.count < Team.maxMembers else {
                throw CatalogError.tooMany(what: "members of this team", limit: Team.maxMembers)
            }
            try database.execute(
                sql: "INSERT INTO team_members (organization_id, team_id, user_id, added) VALUES (?, ?, ?, ?)",
                arguments: [organization, id, userID, now]
            )
            try trail.note(.teamMemberAdd, String(id), organization: organization, details: [("user", String(userID))])
            return try Team.fetch(id, organization: organization, from: database)
        }
    }

    /// Takes a user out of a team. Throws ``CatalogError/notFound`` when the team does not have this member.
    package func removeTeamMember(
        _ user: String,
        from id: Int64,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) {
        try await changeAnyway(by: actor) { database, trail in
            let userID = try Team.user(user, organization: organization, in: database)
            let sql = "DELETE FROM team_members WHERE organization_id = ? AND team_id = ? AND user_id = ?"
            try database.execute(sql: sql, arguments: [organization, id, userID])
            guard database.changesCount == 1 else { throw CatalogError.notFound }
            let details = [("user", String(userID))]
            try trail.note(.teamMemberRemove, String(id), organization: organization, details: details)
        }
    }
}

extension Team {
    static func fetch(_ id: Int64, organization: Int64, from database: Database) throws -> Team {
        let sql = "SELECT * FROM teams WHERE organization_id = ? AND id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [organization, id]) else {
            throw CatalogError.notFound
        }
        return try Team(row, in: database)
    }

    /// The number of the user whom `text` names.
    fileprivate static func user(_ text: String, organization: Int64, in database: Database) throws -> Int64 {
        guard let reference = UserReference(text) else { throw CatalogError.notFound }
        return try User.fetch(reference, organization: organization, from: database).id
    }

    fileprivate init(_ row: Row, in database: Database) throws {
        let id: Int64 = row["id"]
        let members = try database.cachedStatement(
            sql: """
                SELECT users.id, users.public_id, users.username FROM team_members
                JOIN users ON users.id = team_members.user_id
                WHERE team_members.team_id = ? AND users.removed IS NULL ORDER BY users.id
                """
        )
        self.init(
            id: id,
            organizationID: row["organization_id"],
            name: row["name"],
            members: try Row.fetchAll(members, arguments: [id])
                .map { Member(userID: $0["id"], publicID: $0["public_id"], username: $0["username"]) },
            created: row["created"]
        )
    }
}
