internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Who changed what, from where and when.
struct AuditRoutes: Sendable {
    let audit: AuditService

    var operations: [Operation] {
        [list("listAudit", "/api/v1/audit"), list("listAuditAsAdmin", "/api/v1/admin/audit")]
    }

    private static let defaultLimit = 100

    private static let action = QueryField.text(
        "action",
        .text(1...64),
        "Only this action, such as `key.create`, or all of a noun: `key.`."
    )
    private static let actor = QueryField.text(
        "actor",
        .text(1...255),
        "Only what they did: a user's number or `usr_…`, or an `actor` as entries have it."
    )
    private static let target = QueryField.text("target", .text(1...255), "Only what was done to it.")
    private static let since = QueryField.moment("since", "The first time, included.")
    private static let until = QueryField.moment("until", "The last time, included.")
    private static let organization = QueryField.integer(
        "organization_id",
        1...Int.max,
        "Only this organization's trail. Operators alone see others than their own."
    )
    private static let cursor = QueryField.text("cursor", .text(1...32), "The `next_cursor` of the page before.")

    private static let entrySchema = Schema.named(
        "AuditEntry",
        .members(
            .required("seq", .integer(1...Int64.max), "Of the server's trail, without gaps."),
            .required("time", ValueSchema.moment),
            .required("action", .text(1...64), "`<noun>.<verb>`."),
            .required("actor", .text(1...255), "Who did it: `user 3`, `server`, `stranger`, `command line: uid 1000`."),
            .required("credential", .text(1...64).orNull, "The id of the key or the session."),
            .required("address", .text(0...64).orNull, "Where the request came from."),
            .required("request_id", .text(1...128).orNull),
            .required("target", .text(0...1024), "The id or the name of what was changed."),
            .required("organization_id", .integer(1...Int64.max).orNull, "Whose trail it belongs to."),
            .required("details", .object(Schema.ObjectRule(members: [], others: .text(0...65_536))))
        )
    )

    private static let pageSchema = Schema.members(
        .required("items", .array(entrySchema, 0...1000)),
        .required("limit", .integer(1...1000)),
        .optional("next_cursor", .text(1...32), "There is more: send it as `cursor`.")
    )

    private func list(_ id: String, _ path: String) -> Operation {
        Operation(
            id,
            .get,
            path,
            owner: .house,
            access: .role(.admin),
            rate: .read,
            summary: "Read the audit trail",
            description: "The newest entry first. Admins see their organization's entries, operators the server's.",
            parameters: [
                Self.action.parameter, Self.actor.parameter, Self.target.parameter, Self.since.parameter,
                Self.until.parameter, Self.organization.parameter, Self.cursor.parameter,
                Page.size(defaultLimit: Self.defaultLimit).parameter,
            ],
            answers: [DocumentedAnswer(200, "A page of entries.", Self.pageSchema)],
            errors: [413]
        ) { call in
            var filter = AuditFilter()
            filter.action = try call.query(Self.action)
            filter.actor = try call.query(Self.actor)
            filter.target = try call.query(Self.target)
            filter.since = try call.query(Self.since)?.nanoseconds
            filter.until = try call.query(Self.until)?.nanoseconds
            filter.organization = try call.query(Self.organization).map { Int64($0) }
            if let text = try call.query(Self.cursor) {
                guard let seq = Int64(text), seq > 0 else {
                    throw APIError.invalid("cursor", "is not the next_cursor of an answer")
                }
                filter.before = seq
            }
            let limit = try call.query(Page.size(defaultLimit: Self.defaultLimit)) ?? Self.defaultLimit
            return try Self.reply(try await audit.page(filter, limit: limit, for: call.caller), limit, call)
        }
    }

    private static func reply(_ page: AuditService.Page, _ limit: Int, _ call: Call) throws(APIError) -> Reply {
        var object = JSONObjectText()
        object.add("items", page.entries.map(\.json))
        object.add("limit", limit)
        if let next = page.next { object.add("next_cursor", String(next)) }
        if object.byteCount > call.maxAnswerBytes { throw .answerTooLarge(call.maxAnswerBytes) }
        return .json(object.bytes)
    }
}
