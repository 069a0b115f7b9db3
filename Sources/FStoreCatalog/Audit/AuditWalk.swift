internal import FStoreSecurity
internal import GRDB

/// One walk along the chain, from the anchor or the beginning to the newest entry.
struct AuditWalk {
    private let chain: AuditChain
    /// A place that somebody has written down earlier.
    private let seen: AuditPlace?
    private var found = AuditVerification()
    private var last = AuditPlace.beginning
    /// Entries in front of the anchor.
    private var unproven: (first: Int64, last: Int64)?
    /// Whether anything fits the key at all.
    private var fits = false
    private var hasSeen = false

    init(_ chain: AuditChain, seen: AuditPlace? = nil) {
        self.chain = chain
        self.seen = seen
    }

    mutating func run(_ database: Database) throws -> AuditVerification {
        if let anchor = try AuditMark(.anchor, in: database) {
            last = anchor.place
            found.prunedThrough = anchor.place.seq
            if anchor.isSigned(by: chain) { fits = true } else { note(.anchorChanged) }
            hasSeen = anchor.place == seen
        }
        let sql = "SELECT \(AuditRow.columns) FROM audit ORDER BY seq"
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() { step(AuditRow(row), link: Blob.fromDatabaseValue(row["link"])?.bytes ?? []) }
        if let unproven {
            // They are first, whatever else is wrong behind them.
            found.problem = .unproven(from: unproven.first, through: unproven.last)
            found.prunedThrough = unproven.first - 1
        }
        try checkHead(database)
        // One that was pruned meanwhile is behind a signed anchor.
        if let seen, found.isSound, !hasSeen, seen.seq >= found.prunedThrough {
            found.problem = .notAsSeen(seq: seen.seq)
        }
        if !fits, found.problem != nil { found.problem = .otherKey }
        return found
    }

    private mutating func step(_ row: AuditRow, link: [UInt8]) {
        found.entries += 1
        if AuditPlace(seq: row.seq, link: link) == seen { hasSeen = true }
        guard row.seq > last.seq else {
            unproven = (unproven?.first ?? row.seq, row.seq)
            return
        }
        if row.seq > last.seq + 1 { note(.missing(from: last.seq + 1, through: row.seq - 1)) }
        if row.link(after: last.link, in: chain) == link { fits = true } else { note(.changed(seq: row.seq)) }
        // The next entry is held to the link that stands here: one that was changed does not hide the rest.
        last = AuditPlace(seq: row.seq, link: link.count == AuditChain.byteCount ? link : AuditChain.beginning)
    }

    private mutating func checkHead(_ database: Database) throws {
        guard let head = try AuditMark(.head, in: database) else {
            if last.seq > 0 { note(.headChanged(seq: last.seq)) }
            return
        }
        found.head = head.place
        guard head.isSigned(by: chain) else { return note(.headChanged(seq: last.seq)) }
        fits = true
        if head.place.seq > last.seq {
            note(.cutOff(from: last.seq + 1, through: head.place.seq))
        } else if head.place != last {
            note(.headChanged(seq: head.place.seq))
        }
    }

    private mutating func note(_ problem: AuditProblem) {
        if found.problem == nil { found.problem = problem }
    }
}

extension Catalog {
    /// Reads the whole trail, as it is at one moment, and finds the first entry that is not as it was written.
    ///
    /// - Parameter seen: an entry that an earlier verification has shown. Whoever can write the file can put it back to
    ///   an older state, which only something kept elsewhere can show.
    package func verifyAudit(seen: AuditPlace? = nil) async throws(CatalogError) -> AuditVerification {
        let chain = try auditChain()
        return try await read { database in
            var walk = AuditWalk(chain, seen: seen)
            return try walk.run(database)
        }
    }

    /// The newest entry, as its mark says; `nil` in a trail that is empty.
    package func auditHead() async throws(CatalogError) -> AuditPlace? {
        try await read { try AuditMark(.head, in: $0)?.place }
    }

    /// Removes the entries that are older than `time`, in front of the first one that is not, and notes that.
    ///
    /// - Parameter damaged: removes them even from a trail that is damaged; the note of it says how. Otherwise
    ///   ``CatalogError/auditDamaged(_:)``, since what is wrong would be out of sight.
    /// - Returns: how many are gone.
    package func pruneAudit(
        before time: UnixNanoseconds,
        evenDamaged damaged: Bool = false,
        by actor: AuditActor
    ) async throws(CatalogError) -> Int {
        let chain = try auditChain()
        let now = clock.now()
        // Without a transaction that writes: a long trail takes seconds, and others have changes to make.
        let found = try await verifyAudit()
        if let problem = found.problem, !damaged { throw .auditDamaged(problem) }
        return try await changeAnyway(by: actor) { database, trail in
            let kept = try Int64.fetchOne(
                database,
                sql: "SELECT min(seq) FROM audit WHERE time >= ?",
                arguments: [time]
            )
            let sql = "SELECT seq, link FROM audit WHERE ?1 IS NULL OR seq < ?1 ORDER BY seq DESC LIMIT 1"
            guard let cut = try Row.fetchOne(database, sql: sql, arguments: [kept]) else { return 0 }
            let place = AuditPlace(seq: cut["seq"], link: Blob.fromDatabaseValue(cut["link"])?.bytes ?? [])
            // An anchor behind the cut stays: what lies between is not proven.
            let anchor = try AuditMark(.anchor, in: database)?.place.seq ?? 0
            if place.seq > anchor {
                try AuditMark(.anchor, at: place, time: now, by: chain).store(in: database)
            }
            try database.execute(sql: "DELETE FROM audit WHERE seq <= ?", arguments: [place.seq])
            let count = database.changesCount
            var details = [("through", String(place.seq)), ("entries", String(count))]
            if let problem = found.problem { details.append(("damage", problem.description)) }
            try trail.note(.auditPrune, "audit", details: details)
            return count
        }
    }
}
