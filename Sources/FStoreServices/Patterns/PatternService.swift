package import FStore
package import FStoreCatalog
package import FStoreIdentity
internal import Synchronization

/// Patterns: what the developers of an organization have learned, each with its versions.
package struct PatternService: Sendable {
    private let catalog: Catalog
    private let time: TimeSource
    private let syncs = RunningSyncs()

    package init(catalog: Catalog, time: TimeSource) {
        self.catalog = catalog
        self.time = time
    }

    /// Stores what is newer than what the organization has, and says what is not. Each name may be there once.
    package func sync(_ patterns: [NewPattern], for caller: Principal) async throws(CatalogError) -> PatternSync {
        let run = syncs.begin(at: time.now())
        defer { syncs.end(run) }
        return try await catalog.syncPatterns(
            patterns,
            organization: caller.organizationID,
            user: caller.userID,
            by: AuditActor(caller)
        )
    }

    /// A page of the organization's patterns by name, the newest version of each, and as of when.
    ///
    /// - Parameters:
    ///   - since: only those that were stored then or later. With the time of an earlier answer nothing is missed that
    ///     came after it.
    ///   - category: only those of this category.
    package func pull(
        since: Timestamp?,
        category: String?,
        offset: Int,
        limit: Int,
        for caller: Principal
    ) async throws(CatalogError) -> (page: CatalogPage<Pattern>, time: Timestamp) {
        // Asked before the patterns are read: what is stored meanwhile may be told twice, and is not missed.
        let time = syncs.completeUntil(time.now())
        let page = try await catalog.patterns(
            organization: caller.organizationID,
            since: since?.nanoseconds,
            category: category,
            offset: offset,
            limit: limit
        )
        return (page, time)
    }

    /// A page of the versions of a pattern, the newest first.
    package func versions(
        _ name: String,
        offset: Int,
        limit: Int,
        for caller: Principal
    ) async throws(CatalogError) -> CatalogPage<Pattern> {
        try await catalog.patternVersions(name, organization: caller.organizationID, offset: offset, limit: limit)
    }

    /// Removes a pattern with all of its versions.
    package func delete(_ name: String, for caller: Principal) async throws(CatalogError) {
        try await catalog.deletePattern(name, organization: caller.organizationID, by: AuditActor(caller))
    }
}

/// When the writes under way began. Patterns carry the time at which their write began, and are seen when it has ended:
/// until then an answer cannot claim to have all up to its own time.
private final class RunningSyncs: Sendable {
    private struct State {
        var next = 0
        var begun: [Int: Timestamp] = [:]
    }

    private let state = Mutex(State())

    func begin(at time: Timestamp) -> Int {
        state.withLock { state in
            state.next += 1
            state.begun[state.next] = time
            return state.next
        }
    }

    func end(_ run: Int) {
        state.withLock { $0.begun[run] = nil }
    }

    /// The last moment, `now` at most, before which no write began that is still under way.
    func completeUntil(_ now: Timestamp) -> Timestamp {
        state.withLock { state in state.begun.values.reduce(now, min) }
    }
}
