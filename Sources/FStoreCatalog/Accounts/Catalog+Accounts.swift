package import FStoreSecurity
internal import GRDB

/// A user with what signing in needs.
package struct Login: Sendable {
    package let user: User
    /// The hash of the password, as text.
    package let password: String
    /// Whether the user or the organization is disabled.
    package let isDisabled: Bool
    /// The name of the user's organization.
    package let organizationName: String
}

extension Catalog {
    /// The user who can sign in with this username or e-mail address, ignoring case; `nil` if there is none.
    package func login(_ name: String) async throws(CatalogError) -> Login? {
        try await login(where: "lower(users.username) = lower(?1) OR lower(users.email) = lower(?1)", [name])
    }

    /// The user with this number, if the user has a password; otherwise `nil`.
    package func login(ofUser id: Int64) async throws(CatalogError) -> Login? {
        try await login(where: "users.id = ?", [id])
    }

    private func login(
        where condition: String,
        _ arguments: StatementArguments
    ) async throws(CatalogError) -> Login? {
        try await read { database in
            // If the text is the username of one user and the address of another, the address wins.
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

    /// Makes an organization and its first user in one transaction.
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

    /// Makes a user with the organization and the role of an invitation, and marks the invitation as used.
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

    /// Sets the password of a user, and ends the user's other sessions.
    ///
    /// - Parameters:
    ///   - hash: the hash of the password, as text.
    ///   - session: the id of a session that does not end.
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

    /// Replaces a hash by one of the same password with newer parameters, unless the password has changed since.
    package func refreshPassword(_ hash: String, ofUser id: Int64, from old: String) async throws(CatalogError) {
        try await write { database in
            let sql = "UPDATE users SET password = ? WHERE id = ? AND password = ?"
            try database.execute(sql: sql, arguments: [hash, id, old])
        }
    }
}
