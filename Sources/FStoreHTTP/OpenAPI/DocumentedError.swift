internal import FStoreIdentity

/// The errors that an operation may answer with, most of them for what it is and not for what it does.
struct DocumentedError: Sendable, Hashable {
    let status: Int
    let description: String
    /// Headers beyond those of every answer.
    var headers: [String] = []

    /// By status, ascending.
    static func all(of operation: Operation) -> [DocumentedError] {
        let answered = Set(operation.answers.map(\.status))
        var statuses: Set<Int> = [400, 401, 405, 408, 414, 431, 500, 503, operation.owner.validationStatus]
        if case .role(let role) = operation.rule.access, role > .viewer { statuses.insert(403) }
        if operation.body != nil { statuses.formUnion([413, 415]) }
        if operation.rule.rate != .exempt { statuses.insert(429) }
        statuses.formUnion(operation.errors)
        return statuses.subtracting(answered).sorted().map(Self.init(status:))
    }

    private init(status: Int) {
        self.status = status
        (description, headers) =
            switch status {
            case 400: ("The request cannot be read: its JSON, its encoding or its form is wrong.", [])
            case 401: ("The key or access token is missing or not valid, or a password is wrong.", ["WWW-Authenticate"])
            case 403: ("The caller may not do this: `message` says why.", [])
            case 404: ("There is no such thing in the organization of the caller.", [])
            case 405: ("The path does not take this method.", ["Allow"])
            case 408: ("The request came too slowly.", [])
            case 409: ("The name is taken, or it is not the time for this yet.", [])
            case 410: ("It is no longer kept.", [])
            case 412: ("It has changed since it had the `ETag` in `If-Match`.", [])
            case 413: ("The body is too large, or the answer would be.", [])
            case 414: ("The path with its query is too long.", [])
            case 415: ("The media type or the encoding of the body is not supported.", [])
            case 416: ("The file does not have these bytes.", [])
            case 422: ("The request can be read, but its content is wrong: `details.errors` says where.", [])
            case 429: ("A limit of the key, the address, the account or the organization is used up.", ["Retry-After"])
            case 431: ("The headers are too many or too large.", [])
            case 500: ("Something went wrong inside the server.", [])
            case 503: ("The server is busy, stopping, or cannot write now.", ["Retry-After"])
            case 507: ("The storage of the server is full. Reading and erasing still work.", [])
            default: ("An error.", [])
            }
    }

    /// The body of errors, in the two forms that its member `error` has.
    static let schema = shape(
        "Error",
        error: .members(
            .required("code", .text(1...64), "What went wrong, for programs: `VALIDATION_ERROR`."),
            .required("message", .text(0...65_536)),
            .required("details", details)
        )
    )
    static let codeSchema = shape("ErrorWithCode", error: .text(1...64))

    private static let details = Schema.object(
        Schema.ObjectRule(
            members: [
                .optional(
                    "errors",
                    .array(
                        .members(
                            .optional("index", .integer(0...Int64.max), "The position in a batch."),
                            .required("field", .text(0...65_536), "`tags[2]`, `values[17].timestamp`, `limit`."),
                            .required("message", .text(0...65_536))
                        ),
                        0...Schema.maxProblems
                    ),
                    "Each field whose content is wrong."
                )
            ],
            others: .anything
        )
    )

    private static func shape(_ name: String, error: Schema) -> Schema {
        .named(
            name,
            .members(
                .required("success", .boolean, "False."),
                .required("error", error, "What went wrong, for programs."),
                .required("message", .text(0...65_536), "A sentence for people."),
                .required("details", details),
                .required("timestamp", ValueSchema.moment),
                .required("request_id", .text(1...128)),
                .required("type", .text(1...255), "As in RFC 9457, like the members after it."),
                .required("title", .text(1...255)),
                .required("status", .integer(400...599)),
                .required("detail", .text(0...65_536)),
                .required("instance", .text(0...65_536), "The path that was asked for.")
            )
        )
    }
}
