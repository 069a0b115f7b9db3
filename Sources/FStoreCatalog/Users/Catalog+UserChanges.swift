package import FStoreIdentity
internal import GRDB

/// Changes of users. Each returns the user as it is then, and each counts for the keys and sessions of the user from
/// their next request on, as soon as the server has read ``Catalog/usableKeys()`` and ``Catalog/liveSessions()`` anew.
extension Catalog {
    /// Changes the name or the e-mail address.
    ///
    /// - Throws: ``CatalogError/addressTaken(_:)`` when somebody else has the address.
    package func updateUser(
        _ id: Int64,
        organization: Int64,
        update: UserUpdate,
        by actor: AuditActor
    ) async throws(CatalogError) -> User {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let user = try User.fetch(id, organization: organization, from: database)
            let (name, email) = (update.fullName ?? user.fullName, update.email ?? user.email)
            try User.checkAddress(email, isFreeIn: database, except: id)
            try database.execute(
                sql: "UPDATE users SET full_name = ?, email = ?, updated = ? WHERE id = ?",
                arguments: [name, email, now, id]
            )
            // The trail outlives the user, and is to hold no more of a person than it must: which members, not what.
            let changed = [name == user.fullName ? nil : "name", email == user.email ? nil : "email"].compactMap(\.self)
            try trail.note(
                .userUpdate,
                user.publicID,
                organization: organization,
                details: [("changed", changed.joined(separator: ","))]
            )
            return try User.fetch(id, organization: organization, from: database)
        }
    }

    /// Gives a user another role, and so their keys and sessions at most that one.
    ///
    /// - Throws: ``CatalogError/lastAdmin`` and ``CatalogError/lastOperator`` when nobody would be left in that role.
    package func setRole(
        _ role: Role,
        ofUser id: Int64,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> User {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let user = try User.fetch(id, organization: organization, from: database)
            try database.execute(
                sql: "UPDATE users SET role = ?, updated = ? WHERE id = ?",
                arguments: [role.rawValue, now, id]
            )
            try user.requireSuccessors(in: database)
            try trail.note(
                .userRole,
                user.publicID,
                organization: organization,
                details: [("from", user.role.rawValue), ("to", role.rawValue)]
            )
            return try User.fetch(id, organization: organization, from: database)
        }
    }

    /// Disables a user, or enables them again. Works on a full disk.
    ///
    /// - Throws: as ``setRole(_:ofUser:organization:by:)``.
    package func setDisabled(
        _ isDisabled: Bool,
        user id: Int64,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> User {
        let now = clock.now()
        return try await changeAnyway(by: actor) { database, trail in
            let user = try User.fetch(id, organization: organization, from: database)
            if isDisabled == (user.disabled != nil) { return user }
            try database.execute(
                sql: "UPDATE users SET disabled = ?, updated = ? WHERE id = ?",
                arguments: [isDisabled ? now : nil, now, id]
            )
            try user.requireSuccessors(in: database)
            try trail.note(isDisabled ? .userDisable : .userEnable, user.publicID, organization: organization)
            return try User.fetch(id, organization: organization, from: database)
        }
    }

    /// Removes a user: their keys and sessions end, and what is personal goes. A row without it stays, since keys,
    /// patterns and the audit trail refer to it. Works on a full disk.
    ///
    /// - Throws: as ``setRole(_:ofUser:organization:by:)``.
    package func removeUser(_ id: Int64, organization: Int64, by actor: AuditActor) async throws(CatalogError) {
        let now = clock.now()
        try await changeAnyway(by: actor) { database, trail in
            let user = try User.fetch(id, organization: organization, from: database)
            try User.remove("id = ?", [id], at: now, in: database)
            try database.execute(sql: "DELETE FROM team_members WHERE user_id = ?", arguments: [id])
            let invitations = "DELETE FROM invitations WHERE lower(email) = lower(?)"
            try database.execute(sql: invitations, arguments: [user.email])
            try user.requireSuccessors(in: database)
            try trail.note(.userDelete, user.publicID, organization: organization)
        }
    }
}

extension User {
    /// The prefix of the usernames of removed users. It is reserved for them.
    static let removedPrefix = "removed-"

    /// Throws, and so undoes the change, when it has taken an organization its last admin or the server its last
    /// operator. `self` is the user before the change.
    fileprivate func requireSuccessors(in database: Database) throws {
        guard role >= .admin, disabled == nil else { return }
        let admins = """
            SELECT EXISTS (SELECT * FROM users WHERE organization_id = ? AND role IN ('admin', 'operator')
                AND disabled IS NULL AND removed IS NULL)
            """
        if try Bool.fetchOne(database, sql: admins, arguments: [organizationID]) == false {
            throw CatalogError.lastAdmin
        }
        if role == .operator { try Self.requireOperator(in: database) }
    }

    /// Throws when no enabled organization has an enabled operator.
    static func requireOperator(in database: Database) throws {
        let sql = """
            SELECT EXISTS (SELECT * FROM users JOIN organizations ON organizations.id = users.organization_id
                WHERE users.role = 'operator' AND users.disabled IS NULL AND users.removed IS NULL
                AND organizations.disabled IS NULL AND organizations.deletion_began IS NULL)
            """
        if try Bool.fetchOne(database, sql: sql) == false { throw CatalogError.lastOperator }
    }

    /// Ends the keys and sessions of the users for whom `condition` holds, and takes away what is personal.
    static func remove(
        _ condition: String,
        _ arguments: StatementArguments,
        at now: UnixNanoseconds,
        in database: Database
    ) throws {
        let users = "SELECT id FROM users WHERE removed IS NULL AND \(condition)"
        try database.execute(
            sql: "UPDATE api_keys SET revoked = ? WHERE revoked IS NULL AND user_id IN (\(users))",
            arguments: [now] + arguments
        )
        // With their refresh tokens. The audit trail still tells of them.
        try database.execute(sql: "DELETE FROM sessions WHERE user_id IN (\(users))", arguments: arguments)
        try database.execute(
            sql: """
                UPDATE users SET username = '\(removedPrefix)' || id, email = '', full_name = '', password = NULL,
                    password_set = NULL, removed = ?, updated = ? WHERE id IN (\(users))
                """,
            arguments: [now, now] + arguments
        )
    }
}
