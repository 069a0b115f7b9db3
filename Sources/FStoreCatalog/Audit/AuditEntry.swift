internal import GRDB

/// One change, as the audit trail tells it.
package struct AuditEntry: Hashable, Sendable {
    /// The number of the entry, from 1 and without gaps.
    package let seq: Int64
    /// Whose trail it belongs to; `nil` for what is the server's alone.
    package let organizationID: Int64?
    package let time: UnixNanoseconds
    /// An ``AuditAction``, or what a newer program calls one.
    package let action: String
    /// Who did it, such as `user 3` or `command line: uid 1000`.
    package let actor: String
    /// The id of the API key or the session that the request came with.
    package let credential: String?
    package let address: String?
    package let requestID: String?
    /// The id or the name of what was changed.
    package let target: String
    /// More, as a JSON object of strings.
    package let details: String

    init(_ row: Row) {
        seq = row["seq"]
        organizationID = row["organization_id"]
        time = row["time"]
        action = row["action"]
        actor = row["actor_name"]
        credential = row["credential"]
        address = row["address"]
        requestID = row["request_id"]
        target = row["target"]
        details = row["details"]
    }
}

/// Which entries of the trail are asked for. What is `nil` narrows nothing.
package struct AuditFilter: Hashable, Sendable {
    /// Only the trail of this organization; `nil` is the whole server's.
    package var organization: Int64?
    /// An action, or the beginning of one with the dot behind its noun, such as `pattern.`.
    package var action: String?
    /// The name that the trail has, or either id of a user.
    package var actor: String?
    package var target: String?
    /// The first and the last time, both included.
    package var since: UnixNanoseconds?
    package var until: UnixNanoseconds?
    /// Only entries with a lower number: the next page begins there.
    package var before: Int64?

    package init() {}
}
