internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreSecurity
internal import Synchronization

/// The sessions that open something, in memory, and the access tokens of theirs that were seen.
///
/// A token is verified once; then it is found by its digest, as a key is, and a connection remembers it. Whether its
/// session goes on is asked of this table, so that signing out counts on the next request.
package final class SessionTable: Sendable {
    fileprivate struct Live {
        let session: Session
        /// Tokens that were seen, the newest last.
        var tokens: [(digest: Digest, entry: CredentialEntry)] = []
    }

    fileprivate struct State {
        var keys: TokenKeys?
        var sessions: [String: Live] = [:]
        /// The ids of the sessions, by user.
        var ofUser: [Int64: Set<String>] = [:]
        /// Sessions that were put here when they began, with the newest reading of then, which lacks them.
        var added: [String: Int] = [:]
        var byDigest: [Digest: CredentialEntry] = [:]
        /// What holds the limits of each user, which all sessions of the user share.
        var limits: [Int64: CredentialEntry] = [:]
        var ended = EndedCredentials()
        var order = ReadingOrder()
    }

    /// Tokens of one session that are remembered: one, and those that its refreshes leave behind.
    fileprivate static let mostTokens = 4

    private let state = Mutex(State())

    package init() {}

    /// The keys that tokens are verified with.
    var keys: TokenKeys? { state.withLock { $0.keys } }

    /// The session of an access token; `nil` when the token is not valid, or the session has ended.
    func entry(for text: Span<UInt8>, _ digest: Digest, at now: Int64) -> CredentialEntry? {
        let (known, keys) = state.withLock { ($0.byDigest[digest], $0.keys) }
        if let known { return known }
        guard let claims = try? keys?.verify(text, at: now) else { return nil }
        return state.withLock { $0.admit(claims, digest) }
    }

    /// Whether a token is one of this server, and too old.
    func isExpired(_ text: Span<UInt8>, at now: Int64) -> Bool {
        guard let keys else { return false }
        do throws(AccessTokenError) {
            _ = try keys.verify(text, at: now)
            return false
        } catch {
            return error == .expired
        }
    }

    /// The live session of this id.
    func session(_ id: String) -> Session? {
        state.withLock { $0.sessions[id]?.session }
    }

    /// Whether a session of this user began at this address, and goes on.
    func isSignedIn(_ user: Int64, at address: String) -> Bool {
        state.withLock { state in
            state.ofUser[user]?.contains { state.sessions[$0]?.session.address == address } ?? false
        }
    }

    /// A reading of the catalog begins.
    ///
    /// - Returns: its number, for ``replace(with:keys:reading:)``.
    func beginReading() -> Int {
        state.withLock { $0.order.begin() }
    }

    /// The reading that began last, for ``add(_:newest:)``.
    var newestReading: Int { state.withLock { $0.order.begun } }

    /// Puts the sessions and keys of the catalog in place of all. What a session may do is the user's role of this
    /// moment.
    func replace(with sessions: [Session], keys: TokenKeys?, reading: Int) {
        state.withLock { state in
            guard state.order.admit(reading) else { return }
            state.keys = keys
            state.ended.forget(before: reading)
            state.added = state.added.filter { $0.value >= reading }
            let added = state.added.keys.compactMap { state.sessions[$0]?.session }
            let before = state.sessions
            state.sessions = [:]
            state.ofUser = [:]
            for session in added + sessions where !state.ended.contains(session.id) {
                let live = before[session.id].flatMap { Self.opensTheSame($0.session, session) ? $0 : nil }
                state.insert(session, tokens: live?.tokens ?? [])
            }
            for (id, live) in before where state.sessions[id]?.tokens.isEmpty != false { state.forget(live) }
            state.limits = state.limits.filter { state.ofUser[$0.key] != nil }
        }
    }

    /// Adds a session that has just begun.
    ///
    /// - Parameter newest: the reading that was the newest before the session was stored.
    /// - Returns: `false` when the catalog has to be read again: a reading has begun since then, which may have the
    ///   session or not, or may know that the user was disabled.
    func add(_ session: Session, newest: Int) -> Bool {
        state.withLock { state in
            guard state.order.begun == newest else { return false }
            // An admin may have seen it in the catalog, and ended it.
            if state.ended.contains(session.id) { return true }
            state.added[session.id] = newest
            state.insert(session, tokens: [])
            return true
        }
    }

    /// Ends a session at once, also for connections that remember it. No reading opens it again.
    func end(_ id: String, organization: Int64) {
        state.withLock { state in
            state.ended.insert(id, organization: organization)
            state.added[id] = nil
            guard let live = state.sessions.removeValue(forKey: id) else { return }
            state.ofUser[live.session.userID]?.remove(id)
            state.forget(live)
        }
    }

    /// The end of a session is in the catalog.
    func settle(_ id: String) {
        state.withLock { $0.ended.settle(id, during: $0.order.begun) }
    }

    /// Sessions that were ended here and are not settled, with their organizations.
    var unsettled: [String: Int64] { state.withLock { $0.ended.unsettled } }

    private static func opensTheSame(_ one: Session, _ other: Session) -> Bool {
        one.role == other.role && one.organizationID == other.organizationID && one.space == other.space
    }
}

extension SessionTable.State {
    mutating func insert(_ session: Session, tokens: [(digest: Digest, entry: CredentialEntry)]) {
        sessions[session.id] = SessionTable.Live(session: session, tokens: tokens)
        ofUser[session.userID, default: []].insert(session.id)
    }

    /// Remembers a token that was found valid.
    mutating func admit(_ claims: AccessToken.Claims, _ digest: Digest) -> CredentialEntry? {
        guard var live = sessions[claims.sessionID], live.session.publicUserID == claims.userID else { return nil }
        // Another connection may have come first.
        if let known = byDigest[digest] { return known }
        let session = live.session
        let entry = CredentialEntry(
            principal: Principal(
                credential: .session(session.id),
                userID: session.userID,
                organizationID: session.organizationID,
                space: session.space,
                role: session.role
            ),
            expires: min(claims.expiresAtSeconds * 1_000_000_000, session.expires),
            quota: .standard,
            sharing: limits[session.userID]
        )
        if limits[session.userID] == nil { limits[session.userID] = entry }
        if live.tokens.count >= SessionTable.mostTokens {
            byDigest[live.tokens.removeFirst().digest] = nil
        }
        live.tokens.append((digest, entry))
        sessions[session.id] = live
        byDigest[digest] = entry
        return entry
    }

    /// Ends what opened a session.
    mutating func forget(_ live: SessionTable.Live) {
        for (digest, entry) in live.tokens {
            entry.revoke()
            byDigest[digest] = nil
        }
    }
}
