/// Why a request is refused, ready to be answered.
struct APIError: Error, Sendable {
    enum Detail: Sendable, Hashable {
        case text(String)
        case integer(Int)
        case texts([String])
        case problems([FieldProblem])
    }

    /// The status, unless the style of the operation's document has another one: ask ``status(for:)``.
    var status: Int
    var code: ErrorCode
    /// A sentence for people, without a full stop.
    var message: String
    /// More, by name.
    var details: [(name: String, detail: Detail)] = []
    /// Headers that the status asks for.
    var headers: [(name: String, value: String)] = []
    /// The document in whose style it is answered; that of the operation when left out.
    var style: APIDocument?

    /// The status in the style of the document that owns the operation. Errors are thrown without a style, and get it
    /// here alone.
    func status(for owner: APIDocument) -> Int {
        switch code {
        case .validation, .missing: (style ?? owner).validationStatus
        default: status
        }
    }

    /// The request cannot be understood.
    static func malformed(_ message: String, details: [(String, Detail)] = []) -> APIError {
        APIError(status: 400, code: .malformed, message: message, details: details.map { (name: $0.0, detail: $0.1) })
    }

    /// The request is well formed, and its content is wrong.
    static func invalid(_ problems: [FieldProblem]) -> APIError {
        let first = problems.first.map { $0.field.isEmpty ? "the body \($0.reason)" : "\($0.field) \($0.reason)" } ?? ""
        let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        return APIError(
            status: 422,
            code: problems.first?.isMissing == true ? .missing : .validation,
            message: first + more,
            details: [("errors", .problems(problems))]
        )
    }

    /// One field is wrong.
    static func invalid(_ field: String, _ reason: String) -> APIError {
        invalid([FieldProblem(field: field, reason: reason)])
    }

    /// The caller is not known. Says nothing of why, so that nothing can be learned by trying.
    static func authentication() -> APIError {
        APIError(
            status: 401,
            code: .authentication,
            message: "a valid API key or access token is needed: Authorization: Bearer <key>, or X-API-Key: <key>",
            headers: [("WWW-Authenticate", "Bearer realm=\"fstore\"")]
        )
    }

    /// The caller's access token is too old, and good otherwise.
    static func tokenExpired() -> APIError {
        APIError(
            status: 401,
            code: .tokenExpired,
            message: "the access token has expired; get the next one with POST /api/v1/auth/refresh, or sign in again",
            headers: [("WWW-Authenticate", "Bearer realm=\"fstore\", error=\"invalid_token\"")]
        )
    }

    static func forbidden(_ message: String) -> APIError {
        APIError(status: 403, code: .authorization, message: message)
    }

    static func notFound(_ message: String) -> APIError {
        APIError(status: 404, code: .notFound, message: message)
    }

    static func conflict(_ message: String) -> APIError {
        APIError(status: 409, code: .conflict, message: message)
    }

    static func internalError() -> APIError {
        APIError(
            status: 500,
            code: .internalError,
            message: "something went wrong inside the server; its log has more under the request id"
        )
    }

    /// The answer has more bytes than the server gives.
    static func answerTooLarge(_ limit: Int) -> APIError {
        APIError(
            status: 413,
            code: .answerTooLarge,
            message: "the answer has more than \(limit) bytes; ask for fewer entities, features or entries at a time",
            details: [("limit_bytes", .integer(limit))]
        )
    }

    /// The disk is full.
    static func noRoom(_ message: String) -> APIError {
        APIError(status: 507, code: .storageFull, message: message)
    }

    static func unavailable(_ message: String, retryAfterSeconds: Int) -> APIError {
        APIError(
            status: 503,
            code: .unavailable,
            message: message,
            headers: [("Retry-After", String(retryAfterSeconds))]
        )
    }
}
