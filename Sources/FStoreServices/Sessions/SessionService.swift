internal import FStore
package import FStoreCatalog
package import FStoreIdentity
package import FStoreSecurity

/// Sessions and their tokens: begun, refreshed, listed and ended in the catalog, and known to the gate at once.
package struct SessionService: Sendable {
    /// How long an access token is good for, in seconds.
    package static let accessSeconds: Int64 = 3600
    /// How long a session lasts at most, in seconds.
    package static let sessionSeconds: Int64 = 2_592_000
    /// How long sessions are kept in the catalog behind their end, in seconds.
    private static let keptSeconds: Int64 = 2_592_000
    private static let second: Int64 = 1_000_000_000

    private let catalog: Catalog
    private let table: SessionTable
    private let sealer: SecretSealer
    private let time: TimeSource

    package init(catalog: Catalog, table: SessionTable, sealer: SecretSealer, time: TimeSource) {
        self.catalog = catalog
        self.table = table
        self.sealer = sealer
        self.time = time
    }

    /// What a client gets to go on with.
    package struct Tokens: Sendable {
        package let session: Session
        /// The text of an access token.
        package let access: String
        package let refresh: OpaqueToken
        /// Seconds until the refresh token, and the session with it, ends.
        package let refreshSeconds: Int64
    }

    /// Why a refresh token, or none, opens nothing.
    package enum Refusal: Error, Sendable {
        case unknownToken
        /// The caller has no session: it came with an API key.
        case noSession
        /// There are no keys to sign with: the catalog could not be read or written at the start.
        case noTokenKeys
    }

    /// Begins a session of somebody whose password was right just now.
    func begin(_ user: User) async throws -> Tokens {
        let refresh = OpaqueToken.generate(.refresh)
        let newest = table.newestReading
        let session = try await catalog.beginSession(
            of: user,
            lifetime: Self.sessionSeconds * Self.second,
            token: refresh.digest,
            by: .user(user)
        )
        if !table.add(session, newest: newest) { try await reload() }
        return try tokens(session, refresh)
    }

    /// Exchanges a refresh token for the next tokens. One that comes a second time ends the session.
    func refresh(_ text: String) async throws -> Tokens {
        guard let token = OpaqueToken(text, as: .refresh) else { throw Refusal.unknownToken }
        let successor = OpaqueToken.generate(.refresh)
        switch try await catalog.refreshSession(token: token.digest, successor: successor.digest, by: .stranger) {
        case .refreshed(let session):
            guard table.session(session.id) != nil else { throw Refusal.unknownToken }
            return try tokens(session, successor)
        case .reused(let session):
            table.end(session.id, organization: session.organizationID)
            table.settle(session.id)
            throw Refusal.unknownToken
        case .refused:
            throw Refusal.unknownToken
        }
    }

    private func tokens(_ session: Session, _ refresh: OpaqueToken) throws -> Tokens {
        let now = time.now().nanoseconds / Self.second
        let random = SystemRandom.bytes(12).map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
        guard let keys = table.keys,
            let claims = AccessToken.Claims(
                userID: session.publicUserID,
                sessionID: session.id,
                tokenID: random,
                issuedAtSeconds: now,
                expiresAtSeconds: now + Self.accessSeconds
            )
        else { throw Refusal.noTokenKeys }
        return Tokens(
            session: session,
            access: AccessToken.issue(claims, with: keys),
            refresh: refresh,
            refreshSeconds: max(0, session.expires / Self.second - now)
        )
    }

    /// The session of an access token that opens something now, of the caller's organization or, for operators, any.
    package func session(ofToken text: String, for caller: Principal) -> Session? {
        let utf8 = text.utf8Span
        guard let claims = try? table.keys?.verify(utf8.span, at: time.now().nanoseconds),
            let session = table.session(claims.sessionID), session.publicUserID == claims.userID,
            session.organizationID == caller.organizationID || caller.role == .operator
        else { return nil }
        return session
    }

    /// When the caller last gave the password, in nanoseconds since 1970; `nil` for one with an API key.
    func authenticated(_ caller: Principal) -> UnixNanoseconds? {
        guard case .session(let id) = caller.credential else { return nil }
        return table.session(id)?.authenticated
    }

    /// Whether somebody is signed in as this user at this address.
    func isSignedIn(_ user: Int64, at address: String) -> Bool { table.isSignedIn(user, at: address) }

    /// Ends the caller's own session.
    package func end(for caller: Principal) async throws {
        guard case .session(let id) = caller.credential else { throw Refusal.noSession }
        try await end(id, for: caller)
    }

    /// Ends a session of the caller's organization, on open connections too. It opens nothing from this moment on; what
    /// the catalog cannot store is tried again.
    package func end(_ id: String, for caller: Principal) async throws {
        if table.session(id)?.organizationID == caller.organizationID {
            table.end(id, organization: caller.organizationID)
        }
        try await catalog.endSession(id, organization: caller.organizationID, by: AuditActor(caller))
        // Also one that began so lately that it is not in the table yet.
        table.end(id, organization: caller.organizationID)
        table.settle(id)
    }

    /// Ends all sessions of a user of the caller's organization.
    ///
    /// - Returns: how many there were.
    package func endAll(ofUser user: Int64, for caller: Principal) async throws -> Int {
        let organization = caller.organizationID
        let count = try await catalog.endSessions(ofUser: user, organization: organization, by: AuditActor(caller))
        try await reload()
        return count
    }

    /// A page of the sessions of the caller's organization that go on, newest first.
    package func page(
        user: Int64?,
        offset: Int,
        limit: Int,
        for caller: Principal
    ) async throws(CatalogError) -> CatalogPage<Session> {
        try await catalog.sessions(organization: caller.organizationID, user: user, offset: offset, limit: limit)
    }

    /// Reads the sessions that go on, and the keys of their tokens, into the gate's table. The first time it makes a
    /// key.
    package func reload() async throws(CatalogError) {
        let reading = table.beginReading()
        var keys = try await openKeys()
        if keys == nil {
            try await addTokenKey(behind: catalog.tokenKeys().first?.id)
            keys = try await openKeys()
        }
        table.replace(with: try await catalog.liveSessions(), keys: keys, reading: reading)
    }

    /// Signs with a new key from now on. Tokens of the one before it are still taken.
    ///
    /// - Parameter newest: the key that it follows; nothing changes when there is a newer one.
    package func rotateTokenKey(behind newest: String?) async throws(CatalogError) {
        try await addTokenKey(behind: newest)
        try await reload()
    }

    private func addTokenKey(behind newest: String?) async throws(CatalogError) {
        try await catalog.addTokenKey(behind: newest, by: .server, seal: seal)
    }

    /// The newest key, and the one before it; `nil` when the newest cannot be opened, because `secret.key` is another.
    private func openKeys() async throws(CatalogError) -> TokenKeys? {
        let opened = try await catalog.tokenKeys()
            .map { key in
                (try? sealer.open(key.sealed, context: SealedTokenKey.context(key.id)))
                    .flatMap { TokenKey(id: key.id, bytes: $0) }
            }
        guard let signing = opened.first.flatMap({ $0 }) else { return nil }
        return TokenKeys(signing: signing, earlier: opened.dropFirst().first.flatMap { $0 })
    }

    @Sendable private func seal(_ id: String) -> [UInt8] {
        sealer.seal(SystemRandom.bytes(SealingKey.byteCount), context: SealedTokenKey.context(id))
    }

    /// What is done beside the requests.
    var jobs: [Job] {
        [
            Job("ends of sessions that were not stored", every: .seconds(5)) {
                for (id, organization) in table.unsettled {
                    do throws(CatalogError) {
                        try await catalog.endSession(id, organization: organization, by: .server)
                    } catch {
                        if error != .notFound { throw error }
                    }
                    table.settle(id)
                }
            },
            Job("sessions that have ended", every: .seconds(3600)) {
                let now = time.now().nanoseconds
                try await catalog.removeSessions(endedBefore: now - Self.keptSeconds * Self.second)
                try await reload()
            },
        ]
    }
}
