internal import GRDB

/// Writes entries of the audit trail, in the transaction of the change that they tell of: neither is there without the
/// other.
struct AuditTrail {
    private let database: Database
    private let actor: AuditActor
    private let time: UnixNanoseconds

    init(_ database: Database, actor: AuditActor, at time: UnixNanoseconds) {
        self.database = database
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
        let last = try Row.fetchOne(database, sql: "SELECT seq, link FROM audit ORDER BY seq DESC LIMIT 1")
        let seq = (last?["seq"] as Int64? ?? 0) + 1
        try database.execute(
            sql: "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                seq, organization ?? actor.organizationID, time, action.rawValue, actor.userID, actor.name,
                actor.credential, actor.address, actor.requestID, target, AuditDetails.text(details), Blob([]),
            ]
        )
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

extension Catalog {
    /// Runs `body` in a transaction whose changes the audit trail tells of.
    func change<Result: Sendable>(
        by actor: AuditActor,
        _ body: @escaping @Sendable (Database, AuditTrail) throws -> Result
    ) async throws(CatalogError) -> Result {
        let now = clock.now()
        return try await write { try body($0, AuditTrail($0, actor: actor, at: now)) }
    }

    /// The same on a disk that is nearly full, for what takes something away from somebody.
    func changeAnyway<Result: Sendable>(
        by actor: AuditActor,
        _ body: @escaping @Sendable (Database, AuditTrail) throws -> Result
    ) async throws(CatalogError) -> Result {
        let now = clock.now()
        return try await writeAnyway { try body($0, AuditTrail($0, actor: actor, at: now)) }
    }

    /// Tells of something that changed outside of the catalog, such as a feature, or of a sign-in that failed.
    package func note(
        _ action: AuditAction,
        _ target: String,
        organization: Int64? = nil,
        details: [(name: String, value: String)] = [],
        by actor: AuditActor
    ) async throws(CatalogError) {
        try await change(by: actor) { _, trail in
            try trail.note(action, target, organization: organization, details: details)
        }
    }
}
