package import FStoreSecurity
internal import GRDB

/// What signing in needs to know of a user.
package struct Login: Sendable {
    package let user: User
    /// The text of the password's hash.
    package let password: String
    /// Whether the user or the organization is disabled.
    package let isDisabled: Bool
    /// What the user belongs to, for people.
    package let organizationName: String
}

extension Catalog {
    /// The user who signs in with this name or e-mail address, whatever its case; `nil` when nobody does.
    package func login(_ name: String) async throws(CatalogError) -> Login? {
        try await login(where: "lower(users.username) = lower(?1) OR lower(users.email) = lower(?1)", [name])
    }

    /// The same for a user who is known.
    package func login(ofUser id: Int64) async throws(CatalogError) -> Login? {
        try await login(where: "users.id = ?", [id])
    }

    private func login(
        where condition: String,
        _ arguments: StatementArguments
    ) async throws(CatalogError) -> Login? {
        try await read { database in
            // A name that is one user's and another's address belongs to the owner of the address.
            let sql = """
                SELECT users.*, organizations.name AS organization_name,
                    organizations.disabled IS NOT NULL OR organizations.deletion_began IS NOT NULL AS is_closed
                FROM users JOIN organizations ON organizations.id = users.organization_id
                WHERE users.password IS NOT NULL AND users.removed IS NULL AND (\(condition))
                ORDER BY lower(users.email) = lower(?1) DESC LIMIT 1
                """
            guard let row = try Row.fetchOne(database, sql: sql, arguments: arguments) else { return nil }
            let user = try User(row)
            return Login(
                user: user,
                password: row["password"],
                isDisabled: user.disabled != nil || row["is_closed"],
                organizationName: row["organization_name"]
            )
        }
    }

    /// Makes an organization and the user who registers it, both or neither.
    package func register(
        _ user: NewUser,
        organization name: String,
        by actor: AuditActor
    ) async throws(CatalogError) -> User {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let organization = try Organization.insert(name: name, at: now, into: database)
            try trail.note(
                .organizationCreate,
                String(organization.id),
                organization: organization.id,
                details: [("name", name)]
            )
            return try user.insert(organization: organization.id, at: now, into: database, trail)
        }
    }

    /// Makes a user of the organization that has sent an invitation, with the role that it names. It is used up then.
    ///
    /// - Throws: ``CatalogError/notFound`` when there is no such invitation, or it has ended or been used.
    package func register(
        _ user: NewUser,
        invitation: Digest,
        by actor: AuditActor
    ) async throws(CatalogError) -> User {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let sql = """
                UPDATE invitations SET used = ?1
                WHERE digest = ?2 AND used IS NULL AND expires > ?1 AND lower(email) = lower(?3)
                RETURNING organization_id, role
                """
            let arguments: StatementArguments = [now, Blob(invitation.bytes), user.email]
            guard let row = try Row.fetchOne(database, sql: sql, arguments: arguments) else {
                throw CatalogError.notFound
            }
            let invited = NewUser(
                username: user.username,
                email: user.email,
                fullName: user.fullName,
                role: try row.value("role"),
                password: user.password
            )
            return try invited.insert(organization: row["organization_id"], at: now, into: database, trail)
        }
    }

    /// Gives a user a password, and ends the sessions that began with the old one.
    ///
    /// - Parameters:
    ///   - hash: the text of its hash.
    ///   - session: stays open.
    package func setPassword(
        _ hash: String,
        ofUser id: Int64,
        organization: Int64,
        keeping session: String?,
        by actor: AuditActor
    ) async throws(CatalogError) {
        let now = clock.now()
        try await change(by: actor) { database, trail in
            let user = try User.fetch(id, organization: organization, from: database)
            try User.checkLogin(user.username, isFreeIn: database, except: id)
            try database.execute(
                sql: "UPDATE users SET password = ?1, password_set = ?2, updated = ?2 WHERE id = ?3",
                arguments: [hash, now, id]
            )
            try Self.endSessions("user_id = ? AND id IS NOT ?", [id, session], at: now, in: database)
            try trail.note(.passwordSet, user.publicID, organization: organization)
        }
    }

    /// Puts a hash of the same password in place of one with other parameters. Nothing changes for the user.
    package func refreshPassword(_ hash: String, ofUser id: Int64, from old: String) async throws(CatalogError) {
        try await write { database in
            let sql = "UPDATE users SET password = ? WHERE id = ? AND password = ?"
            try database.execute(sql: sql, arguments: [hash, id, old])
        }
    }
}
