package import FStoreCatalog
package import FStoreIdentity
internal import Synchronization

/// The audit trail: read, and told of what changes outside of the catalog. What changes in the catalog tells of itself.
package struct AuditService: Sendable {
    private let catalog: Catalog
    private let waiting = WaitingNotes()
    private let report: @Sendable (AuditAction, String, CatalogError) -> Void

    /// - Parameter report: told of each change that the trail could not be told of at once.
    package init(
        catalog: Catalog,
        report: @escaping @Sendable (AuditAction, String, CatalogError) -> Void = { _, _, _ in }
    ) {
        self.catalog = catalog
        self.report = report
    }

    /// Part of the trail, the newest entry first.
    package struct Page: Sendable {
        package let entries: [AuditEntry]
        /// ``AuditFilter/before`` of the next page; `nil` after the last one.
        package let next: Int64?
    }

    /// A page of the trail: the caller's organization's, or for an operator the whole server's.
    ///
    /// - Parameter filter: another organization's trail is empty for all but operators, whether there is one or not.
    package func page(_ filter: AuditFilter, limit: Int, for caller: Principal) async throws(CatalogError) -> Page {
        var own = filter
        if caller.role != .operator {
            guard filter.organization == nil || filter.organization == caller.organizationID else {
                return Page(entries: [], next: nil)
            }
            own.organization = caller.organizationID
        }
        var entries = try await catalog.auditEntries(own, limit: limit + 1)
        guard entries.count > limit else { return Page(entries: entries, next: nil) }
        entries.removeLast(entries.count - limit)
        return Page(entries: entries, next: entries.last?.seq)
    }

    /// Tells of something that has changed outside of the catalog. It has happened, so this never fails: what the
    /// catalog cannot store now is reported, and tried again until it can.
    func note(
        _ action: AuditAction,
        _ target: String,
        details: [(name: String, value: String)] = [],
        for caller: Principal
    ) async {
        let note = WaitingNote(
            action: action,
            target: target,
            organization: caller.organizationID,
            details: details,
            actor: AuditActor(caller),
            time: catalog.now
        )
        // A client that is gone by now cancels its request, and must not cancel this.
        await Task { await storeOrKeep(note) }.value
    }

    /// The same of something that the server has changed for an organization by itself.
    func note(
        _ action: AuditAction,
        _ target: String,
        details: [(name: String, value: String)],
        organization: Int64
    ) async {
        await storeOrKeep(
            WaitingNote(
                action: action,
                target: target,
                organization: organization,
                details: details,
                actor: .server,
                time: catalog.now
            )
        )
    }

    /// How many changes the trail could not be told of at once, since the start.
    package var failures: Int { waiting.failures }

    /// Stores what could not be stored before, the oldest first.
    package func saveWaiting() async throws(CatalogError) {
        while let note = waiting.first {
            try await store(note)
            waiting.removeFirst()
        }
    }

    /// Stores a note, or keeps it for later and reports that.
    private func storeOrKeep(_ note: WaitingNote) async {
        do throws(CatalogError) { try await store(note) } catch {
            waiting.add(note)
            report(note.action, note.target, error)
        }
    }

    private func store(_ note: WaitingNote) async throws(CatalogError) {
        try await catalog.note(
            note.action,
            note.target,
            organization: note.organization,
            details: note.details,
            at: note.time,
            by: note.actor
        )
    }

    var jobs: [Job] {
        [Job("audit entries that were not stored", every: .seconds(5)) { try await saveWaiting() }]
    }
}

/// A change that the trail is still to be told of.
private struct WaitingNote: Sendable {
    let action: AuditAction
    let target: String
    let organization: Int64
    let details: [(name: String, value: String)]
    let actor: AuditActor
    let time: UnixNanoseconds
}

/// Changes that wait, in memory: a few megabytes at most. What comes beyond is only in the log.
private final class WaitingNotes: Sendable {
    private static let most = 10_000
    private let state = Mutex((notes: [WaitingNote](), failures: 0))

    func add(_ note: WaitingNote) {
        state.withLock { state in
            state.failures += 1
            if state.notes.count < Self.most { state.notes.append(note) }
        }
    }

    var first: WaitingNote? { state.withLock { $0.notes.first } }

    /// Only the job and the stop remove, one after the other.
    func removeFirst() { state.withLock { _ = $0.notes.removeFirst() } }

    var failures: Int { state.withLock { $0.failures } }
}
