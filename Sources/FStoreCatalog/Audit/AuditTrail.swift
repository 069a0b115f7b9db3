internal import FStoreSecurity
internal import GRDB

/// Writes entries of the audit trail, in the transaction of the change that they tell of: neither is there without the
/// other.
struct AuditTrail {
    private let database: Database
    private let chain: AuditChain
    private let actor: AuditActor
    private let time: UnixNanoseconds

    init(_ database: Database, chain: AuditChain, actor: AuditActor, at time: UnixNanoseconds) {
        self.database = database
        self.chain = chain
        self.actor = actor
        self.time = time
    }

    /// Adds an entry.
    ///
    /// - Parameters:
    ///   - target: the id or the name of what was changed.
    ///   - organization: whose trail it belongs to; the actor's when left out, the server's alone when there is none.
    ///   - details: more by name, in this order; no secrets.
    func note(
        _ action: AuditAction,
        _ target: String,
        organization: Int64? = nil,
        details: [(name: String, value: String)] = []
    ) throws {
        let last = try lastProven()
        let row = AuditRow([
            last.seq + 1, organization ?? actor.organizationID, time, action.rawValue, actor.userID, actor.name,
            actor.credential, actor.address, actor.requestID, target, AuditDetails.text(details),
        ])
        try append(row, behind: last)
    }

    /// The entry that the next one is linked to: the one in the signed mark. If entries were cut off, a gap remains.
    @discardableResult
    func lastProven() throws -> AuditPlace {
        if let head = try AuditMark(.head, in: database), head.isSigned(by: chain) { return head.place }
        guard let highest = try highestSeq() else { return .beginning }
        return try restart(behind: highest)
    }

    /// Starts a new chain after entries that cannot be checked, because another key has linked them or the mark was
    /// changed. The anchor has the last of them, and an entry says so.
    private func restart(behind seq: Int64) throws -> AuditPlace {
        guard seq < Int64.max - 2 else { throw CatalogError.damaged("the audit trail has numbers beyond all bounds") }
        let last = AuditPlace(seq: seq, link: AuditChain.beginning)
        try AuditMark(.anchor, at: last, time: time, by: chain).store(in: database)
        let details = AuditDetails.text([("unproven_through", String(seq))])
        let row = AuditRow([
            seq + 1, nil, time, AuditAction.auditRestart.rawValue, nil, AuditActor.server.name, nil, nil, nil, "audit",
            details,
        ])
        return try append(row, behind: last)
    }

    @discardableResult
    private func append(_ row: AuditRow, behind last: AuditPlace) throws -> AuditPlace {
        let place = AuditPlace(seq: row.seq, link: row.link(after: last.link, in: chain))
        try database.execute(
            sql: "INSERT INTO audit (\(AuditRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: StatementArguments(row.values + [Blob(place.link).databaseValue])
        )
        try AuditMark(.head, at: place, time: time, by: chain).store(in: database)
        return place
    }

    /// The highest number that an entry or a mark has; `nil` when there is neither.
    private func highestSeq() throws -> Int64? {
        let sql = "SELECT max(seq) FROM (SELECT max(seq) AS seq FROM audit UNION ALL SELECT max(seq) FROM audit_marks)"
        return try Int64.fetchOne(database, sql: sql)
    }
}

/// The details of an entry as a JSON object of strings.
enum AuditDetails {
    static func text(_ details: [(name: String, value: String)]) -> String {
        "{" + details.map { quoted($0.name) + ":" + quoted($0.value) }.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
