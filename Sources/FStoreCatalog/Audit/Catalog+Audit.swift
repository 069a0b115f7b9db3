package import FStoreSecurity
internal import GRDB
internal import Synchronization

extension Catalog {
    /// Sets the chain that links the entries of the audit trail. Without one, changes that need an entry fail.
    ///
    /// - Returns: whether the newest entry was signed with the chain's key, or there is none yet. When it was not, the
    ///   next change begins the trail anew, as ``restartAudit()`` does: whoever may have the wrong key must not change
    ///   anything.
    package func keepAudit(with chain: AuditChain) async throws(CatalogError) -> Bool {
        self.chain.withLock { $0 = chain }
        return try await read { database in
            if let head = try AuditMark(.head, in: database) { return head.isSigned(by: chain) }
            return try Int.fetchOne(database, sql: "SELECT count(*) FROM (SELECT 1 FROM audit LIMIT 1)") == 0
        }
    }

    /// Starts a new chain after entries that the key cannot verify, with the entry `audit.restart`. Does nothing if the
    /// key fits.
    package func restartAudit() async throws(CatalogError) {
        try await changeAnyway(by: .server) { _, trail in _ = try trail.lastProven() }
    }

    /// Runs `body` in a transaction that also stores entries of the audit trail.
    func change<Result: Sendable>(
        by actor: AuditActor,
        at time: UnixNanoseconds? = nil,
        _ body: @escaping @Sendable (Database, AuditTrail) throws -> Result
    ) async throws(CatalogError) -> Result {
        let (chain, now) = (try auditChain(), time ?? clock.now())
        return try await write { try body($0, AuditTrail($0, chain: chain, actor: actor, at: now)) }
    }

    /// The same with the room that is kept back on a nearly full disk, for changes that revoke or remove something.
    func changeAnyway<Result: Sendable>(
        by actor: AuditActor,
        at time: UnixNanoseconds? = nil,
        _ body: @escaping @Sendable (Database, AuditTrail) throws -> Result
    ) async throws(CatalogError) -> Result {
        let (chain, now) = (try auditChain(), time ?? clock.now())
        return try await writeAnyway { try body($0, AuditTrail($0, chain: chain, actor: actor, at: now)) }
    }

    /// Stores an entry about a change outside of the catalog, such as of a feature, or about a failed sign-in.
    ///
    /// - Parameter time: when it happened; now when left out.
    package func note(
        _ action: AuditAction,
        _ target: String,
        organization: Int64? = nil,
        details: [(name: String, value: String)] = [],
        at time: UnixNanoseconds? = nil,
        by actor: AuditActor
    ) async throws(CatalogError) {
        // What erases goes on when the disk is full, and so does the word of it.
        let body: @Sendable (Database, AuditTrail) throws -> Void = { _, trail in
            try trail.note(action, target, organization: organization, details: details)
        }
        if action.erases {
            try await changeAnyway(by: actor, at: time, body)
        } else {
            try await change(by: actor, at: time, body)
        }
    }

    func auditChain() throws(CatalogError) -> AuditChain {
        guard let chain = chain.withLock({ $0 }) else { throw .auditClosed }
        return chain
    }

    // MARK: Reading

    /// Entries of the trail, the newest first.
    package func auditEntries(_ filter: AuditFilter, limit: Int) async throws(CatalogError) -> [AuditEntry] {
        try await read { database in
            var conditions: [String] = []
            var arguments: [(any DatabaseValueConvertible)?] = []
            func add(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
                conditions.append(condition)
                arguments += values
            }
            if let before = filter.before { add("seq < ?", before) }
            if let organization = filter.organization { add("organization_id = ?", organization) }
            if let action = filter.action {
                action.hasSuffix(".")
                    ? add("substr(action, 1, length(?)) = ?", action, action) : add("action = ?", action)
            }
            if let actor = filter.actor {
                let user = "actor IN (SELECT id FROM users WHERE public_id = ?)"
                add("(actor_name = ? OR actor = ? OR \(user))", actor, Int64(actor), actor)
            }
            if let target = filter.target { add("target = ?", target) }
            if let since = filter.since { add("time >= ?", since) }
            if let until = filter.until { add("time <= ?", until) }
            let chosen = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            let sql = "SELECT \(AuditRow.columns) FROM audit \(chosen) ORDER BY seq DESC LIMIT ?"
            return try Row.fetchAll(database, sql: sql, arguments: StatementArguments(arguments + [max(0, limit)]))
                .map(AuditEntry.init)
        }
    }
}
