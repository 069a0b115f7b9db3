internal import GRDB

/// An entry of the audit trail: one change.
package struct AuditEntry: Hashable, Sendable {
    /// The number of the entry, from 1 and without gaps.
    package let seq: Int64
    /// The organization whose admins see it; `nil` for changes of the server itself.
    package let organizationID: Int64?
    package let time: UnixNanoseconds
    /// The name of an ``AuditAction``, or of one that only a newer program knows.
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

/// Which entries to read. A member that is `nil` does not filter.
package struct AuditFilter: Hashable, Sendable {
    /// Only the trail of this organization; `nil` is the whole server's.
    package var organization: Int64?
    /// An action, or the beginning of one with the dot behind its noun, such as `pattern.`.
    package var action: String?
    /// The actor as the entry has it, or a user's number or `usr_…`.
    package var actor: String?
    package var target: String?
    /// The first and the last time, both included.
    package var since: UnixNanoseconds?
    package var until: UnixNanoseconds?
    /// Only entries with a lower number: the next page begins there.
    package var before: Int64?

    package init() {}
}
