package import FStoreSecurity
internal import GRDB

extension Catalog {
    /// The result of using a refresh token.
    package enum Refreshment: Sendable {
        /// It was the session's newest; a successor has taken its place.
        case refreshed(Session)
        /// It was used before, so somebody may have stolen it, and the session is ended.
        case reused(Session)
        /// There is no such token, or its session has ended.
        case refused
    }

    /// Begins a session of a user, in which the password was given now.
    ///
    /// - Parameters:
    ///   - lifetime: how long it lasts at most, in nanoseconds.
    ///   - token: the digest of its first refresh token.
    package func beginSession(
        of user: User,
        lifetime: Int64,
        token: Digest,
        by actor: AuditActor
    ) async throws(CatalogError) -> Session {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            // The user may have been disabled or removed after the password was checked.
            let sql = "SELECT EXISTS (SELECT * FROM users WHERE id = ? AND disabled IS NULL AND removed IS NULL)"
            guard try Bool.fetchOne(database, sql: sql, arguments: [user.id]) == true else {
                throw CatalogError.notFound
            }
            let id = RecordID.make("ses", at: now)
            try database.execute(
                sql: """
                    INSERT INTO sessions
                        (id, organization_id, user_id, address, created, authenticated, refreshed, expires)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, user.organizationID, user.id, actor.address ?? "", now, now, now, now + lifetime,
                ]
            )
            try Self.insertToken(token, session: id, at: now, into: database)
            try trail.note(.sessionCreate, id, organization: user.organizationID, details: [("user", user.publicID)])
            return try Session.fetch(id, from: database)
        }
    }

    /// Uses up a refresh token, and stores `successor` in its place.
    package func refreshSession(
        token: Digest,
        successor: Digest,
        by actor: AuditActor
    ) async throws(CatalogError) -> Refreshment {
        let now = clock.now()
        return try await changeAnyway(by: actor) { database, trail in
            let found = "SELECT session_id, used FROM refresh_tokens WHERE digest = ?"
            guard let row = try Row.fetchOne(database, sql: found, arguments: [Blob(token.bytes)]) else {
                return .refused
            }
            let session = try Session.fetch(row["session_id"], from: database)
            guard session.ended == nil, session.expires > now else { return .refused }
            if (row["used"] as Int64?) != nil {
                try Self.endSessions("id = ?", [session.id], at: now, in: database)
                try trail.note(
                    .sessionReuse,
                    session.id,
                    organization: session.organizationID,
                    details: [("user", session.publicUserID)]
                )
                return .reused(session)
            }
            let used = "UPDATE refresh_tokens SET used = ? WHERE digest = ?"
            try database.execute(sql: used, arguments: [now, Blob(token.bytes)])
            try Self.insertToken(successor, session: session.id, at: now, into: database)
            let touch = "UPDATE sessions SET refreshed = ? WHERE id = ?"
            try database.execute(sql: touch, arguments: [now, session.id])
            return .refreshed(try Session.fetch(session.id, from: database))
        }
    }

    /// Ends a session of an organization, if it has not ended.
    package func endSession(_ id: String, organization: Int64, by actor: AuditActor) async throws(CatalogError) {
        let now = clock.now()
        try await changeAnyway(by: actor) { database, trail in
            let session = try Session.fetch(id, from: database)
            guard session.organizationID == organization else { throw CatalogError.notFound }
            guard session.ended == nil else { return }
            try Self.endSessions("id = ?", [id], at: now, in: database)
            try trail.note(.sessionEnd, id, organization: organization, details: [("user", session.publicUserID)])
        }
    }

    /// Ends all sessions of a user.
    ///
    /// - Returns: how many there were.
    package func endSessions(
        ofUser user: Int64,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> Int {
        let now = clock.now()
        return try await changeAnyway(by: actor) { database, trail in
            let user = try User.fetch(user, organization: organization, from: database)
            let count = try Self.endSessions("user_id = ?", [user.id], at: now, in: database)
            let details = [(name: "sessions", value: String(count))]
            if count > 0 {
                try trail.note(.sessionEnd, user.publicID, organization: organization, details: details)
            }
            return count
        }
    }

    /// Ends the sessions for which `condition` holds; part of larger changes, such as a new password.
    @discardableResult
    static func endSessions(
        _ condition: String,
        _ arguments: StatementArguments,
        at now: UnixNanoseconds,
        in database: Database
    ) throws -> Int {
        let sql = "UPDATE sessions SET ended = ? WHERE ended IS NULL AND (\(condition))"
        try database.execute(sql: sql, arguments: [now] + arguments)
        return database.changesCount
    }

    /// The sessions that open something now: of users and organizations that are neither disabled nor removed.
    package func liveSessions() async throws(CatalogError) -> [Session] {
        let now = clock.now()
        return try await read { database in
            let sql =
                Session.select + """
                     WHERE sessions.ended IS NULL AND sessions.expires > ?
                        AND users.disabled IS NULL AND users.removed IS NULL AND organizations.disabled IS NULL
                        AND organizations.deletion_began IS NULL
                    """
            return try Row.fetchAll(database, sql: sql, arguments: [now]).map(Session.init)
        }
    }

    /// A page of the sessions of an organization that have not ended, newest first.
    ///
    /// - Parameter user: only this user's.
    package func sessions(
        organization: Int64,
        user: Int64?,
        offset: Int,
        limit: Int
    ) async throws(CatalogError) -> CatalogPage<Session> {
        let now = clock.now()
        return try await read { database in
            let condition = """
                 WHERE sessions.organization_id = ? AND sessions.ended IS NULL AND sessions.expires > ?
                    AND (? IS NULL OR sessions.user_id = ?)
                """
            let arguments: StatementArguments = [organization, now, user, user]
            let order = " ORDER BY sessions.created DESC, sessions.id DESC LIMIT ? OFFSET ?"
            let rows = try Row.fetchAll(
                database,
                sql: Session.select + condition + order,
                arguments: arguments + [max(0, limit), max(0, offset)]
            )
            let total = "SELECT count(*) FROM sessions" + condition
            return CatalogPage(
                items: try rows.map(Session.init),
                total: try Int.fetchOne(database, sql: total, arguments: arguments) ?? 0
            )
        }
    }

    /// Removes what is left of sessions that ended before `time`. The audit trail still tells of them.
    package func removeSessions(endedBefore time: UnixNanoseconds) async throws(CatalogError) {
        try await write { database in
            try database.execute(
                sql: "DELETE FROM sessions WHERE ended < ?1 OR expires < ?1",
                arguments: [time]
            )
        }
    }

    private static func insertToken(
        _ token: Digest,
        session: String,
        at now: UnixNanoseconds,
        into database: Database
    ) throws {
        try database.execute(
            sql: "INSERT INTO refresh_tokens (digest, session_id, created) VALUES (?, ?, ?)",
            arguments: [Blob(token.bytes), session, now]
        )
    }
}
