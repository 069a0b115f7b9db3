internal import FStore

/// The headers of answers, for `components`.
enum HeaderObjects {
    private static let texts: [(name: String, description: String)] = [
        ("ETag", "The version of the answer, for `If-Match` and `If-None-Match`."),
        ("Location", "The path of the new resource."),
        ("X-Commit-Time", "The newest commit that the answer has seen."),
        ("Link", "The first, previous, next and last page (RFC 8288)."),
        ("Allow", "The methods that the path takes."),
        ("WWW-Authenticate", "How to send a key."),
        ("RateLimit-Policy", "The limit, in the form of the IETF's draft."),
        ("RateLimit", "What is left of the limit, in the form of the IETF's draft."),
    ]
    private static let integers: [(name: String, description: String)] = [
        ("X-Pagination-Page", "Which page this is, from 1."),
        ("X-Pagination-Limit", "Entries on a page."),
        ("X-Pagination-Total", "Entries on all pages."),
        ("X-Pagination-Pages", "How many pages there are."),
        ("X-RateLimit-Limit", "Requests a minute; not sent for keys without a limit."),
        ("X-RateLimit-Remaining", "Requests that may follow at once."),
        ("X-RateLimit-Reset", "When all requests are available again, in seconds since 1970."),
        ("Retry-After", "Seconds to wait."),
    ]
    static let rate = [
        "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit",
    ]

    /// All of them, by name.
    static var components: JSONValue {
        var members: [(String, JSONValue)] = [
            (
                "X-Request-ID",
                .members([
                    "description": .string("The id of the request: the client's, or one that the server made."),
                    "required": .bool(true),
                    "schema": .members([
                        "type": .string("string"), "pattern": .string("^[A-Za-z0-9._-]{1,128}$"),
                    ]),
                ])
            )
        ]
        members += texts.map { ($0.name, object($0.description, "string")) }
        members += integers.map { ($0.name, object($0.description, "integer")) }
        return .members(of: members)
    }

    /// References to these headers.
    static func references(_ names: [String]) -> JSONValue {
        .members(of: names.map { ($0, .members(["$ref": .string("#/components/headers/\($0)")])) })
    }

    private static func object(_ description: String, _ type: String) -> JSONValue {
        .members([
            "description": .string(description),
            "schema": .members(["type": .string(type), "minimum": type == "integer" ? .integer(0) : nil]),
        ])
    }
}
