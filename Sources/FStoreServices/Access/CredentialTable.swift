internal import FStoreCatalog
internal import FStoreIdentity
package import FStoreSecurity
internal import Synchronization

/// All keys that open something, in memory, by the digest of their text. Requests never touch the catalog.
package final class CredentialTable: Sendable {
    private struct State {
        var byDigest: [Digest: CredentialEntry] = [:]
        var byID: [String: CredentialEntry] = [:]
        var ended = EndedCredentials()
        var order = ReadingOrder()
    }

    private let state = Mutex(State())

    package init() {}

    /// The key whose text has this digest.
    package func entry(for digest: Digest) -> CredentialEntry? {
        state.withLock { $0.byDigest[digest] }
    }

    /// The credential of a principal, while it opens something.
    func entry(of credential: Credential) -> CredentialEntry? {
        state.withLock { $0.byID[credential.id] }
    }

    /// A reading of the catalog begins.
    ///
    /// - Returns: its number, for ``replace(with:reading:)``.
    func beginReading() -> Int {
        state.withLock { $0.order.begin() }
    }

    /// Puts the keys of the catalog in place of all. A key that stays keeps its entry, and so its limits; one that
    /// is gone is ended for connections that remember it.
    func replace(with keys: [APIKey], reading: Int) {
        state.withLock { state in
            guard state.order.admit(reading) else { return }
            state.ended.forget(before: reading)
            var next = State()
            next.ended = state.ended
            next.order = state.order
            for key in keys where !next.ended.contains(key.id) {
                let principal = Principal(
                    credential: .key(key.id),
                    userID: key.userID,
                    organizationID: key.organizationID,
                    space: key.space,
                    role: key.role
                )
                let known = state.byID[key.id]
                let entry: CredentialEntry
                if let known, known.principal == principal, known.expires == key.expires, known.quota == key.quota {
                    entry = known
                } else {
                    entry = CredentialEntry(principal: principal, expires: key.expires, quota: key.quota)
                }
                next.byDigest[key.digest] = entry
                next.byID[key.id] = entry
            }
            for (id, entry) in state.byID where next.byID[id] !== entry { entry.revoke() }
            state = next
        }
    }

    /// Ends a key at once, also for connections that remember it. No reading opens it again.
    func end(_ id: String, organization: Int64) {
        state.withLock { state in
            state.ended.insert(id, organization: organization)
            guard let entry = state.byID.removeValue(forKey: id) else { return }
            entry.revoke()
            state.byDigest = state.byDigest.filter { $0.value !== entry }
        }
    }

    /// The end of a key is in the catalog.
    func settle(_ id: String) {
        state.withLock { $0.ended.settle(id, during: $0.order.begun) }
    }

    /// Keys that ``end(_:organization:)`` has ended and nothing has settled, with their organizations.
    var unsettled: [String: Int64] { state.withLock { $0.ended.unsettled } }

    /// When each key was last used, in nanoseconds since 1970, of those used since the server started.
    func lastUses() -> [String: Int64] {
        state.withLock { state in
            state.byID.compactMapValues { $0.lastUsedSecond == 0 ? nil : $0.lastUsedSecond * 1_000_000_000 }
        }
    }
}
