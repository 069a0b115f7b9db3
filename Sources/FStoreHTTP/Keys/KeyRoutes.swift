internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// API keys of the caller's organization.
struct KeyRoutes: Sendable {
    let keys: KeyService

    var operations: [Operation] { [create, list, get, rotate, revoke] }

    private static let reference = Parameter.path("key_id", .text(1...64), "The id, `key_…`, not the key itself.")

    private static let quota = Schema.any([RateLimitJSON.number, .oneOf(["unlimited", "standard"])])

    private static let createSchema = Schema.named(
        "KeyCreate",
        .members(name.member, role.member, expires.member, limit.member)
    )

    private static let name = Field.text("name", .label(1...255), isRequired: true, "For people.")
    private static let role = Field(
        "role",
        UserSchema.role,
        isRequired: true,
        "The role of the new key; not higher than that of the key that makes it."
    ) { $0.text.flatMap(Role.init) }
    private static let expires = Field.text(
        "expires_at",
        ValueSchema.moment.orNull,
        "When the key ends; when left out, never. Only an operator can make a key that ends later than its own."
    )
    private static let limit = Field(
        "rate_limit",
        quota.orNull,
        "How many reads, and how many writes, a minute; or `unlimited`. When left out: 1000 reads and 100 writes. "
            + "Only an operator can make a key with a higher limit than its own."
    ) { RateLimitJSON.quota($0) }

    private static let keyMembers: [Schema.Member] = [
        .required("id", .text(1...64)),
        .required("name", .text(1...255)),
        .required("prefix", .text(1...64), "The beginning of the key."),
        .required("role", UserSchema.role),
        .required("user_id", .integer(1...Int64.max)),
        .required("rate_limit", quota),
        .required("created_at", ValueSchema.moment),
        .required("expires_at", ValueSchema.moment.orNull),
        .required("last_used_at", ValueSchema.moment.orNull, "Accurate to about a minute."),
        .required("revoked_at", ValueSchema.moment.orNull),
        .required("replaces", Schema.text(1...64).orNull, "The id of the key that it was made for by rotating."),
    ]

    private static let keySchema = Schema.named(
        "Key",
        .members(keyMembers)
    )

    private static let newKeySchema = Schema.named(
        "NewKey",
        .members(keyMembers + [.required("key", .text(1...256), "Shown once.")])
    )

    private var create: Operation {
        Operation(
            "createKey",
            .post,
            "/api/v1/auth/keys",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Make an API key",
            description: "Only this answer shows the key: the server keeps its hash.",
            body: .json(
                Self.createSchema,
                example: #"{"name":"scoring service","role":"viewer","rate_limit":"unlimited"}"#
            ),
            answers: [DocumentedAnswer(201, "The new key, shown this once.", Self.newKeySchema, headers: ["Location"])]
        ) { call in
            let body = try call.json()
            var expires: Timestamp?
            if let text = body[Self.expires] {
                let time = try TimeField.read(text, field: "expires_at", now: call.receivedAt)
                if time <= call.receivedAt { throw APIError.invalid("expires_at", "must lie in the future") }
                expires = time
            }
            let made = try await keys.create(
                name: body[Self.name] ?? "",
                role: body[Self.role] ?? .viewer,
                expires: expires?.nanoseconds,
                quota: body[Self.limit] ?? .standard,
                for: call.caller
            )
            return Self.reply(made.key, made.code)
        }
    }

    /// A new key with its text, for nobody on the way to keep.
    private static func reply(_ key: APIKey, _ code: APIKeyCode) -> Reply {
        var object = key.json
        object.add("key", code.text)
        let headers: HTTPFields = [.location: "/api/v1/auth/keys/\(key.id)", .cacheControl: "no-store"]
        return .json(object.bytes, status: 201, headers: headers)
    }

    private var rotate: Operation {
        Operation(
            "rotateKey",
            .post,
            "/api/v1/auth/keys/{key_id}/rotate",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Replace an API key",
            description: """
                Makes a key of the same user, name, role, limit and end, whose text is in this answer and nowhere \
                else. The old key works for 24 hours more, unless it ends earlier. A key gets one successor; one \
                that is revoked or has ended gets none (409).
                """,
            parameters: [Self.reference],
            answers: [DocumentedAnswer(201, "The new key, with its text.", Self.newKeySchema, headers: ["Location"])],
            errors: [404, 409]
        ) { call in
            let made = try await keys.rotate(call.pathParameter("key_id"), for: call.caller)
            return Self.reply(made.key, made.code)
        }
    }

    private var list: Operation {
        Operation(
            "listKeys",
            .get,
            "/api/v1/auth/keys",
            owner: .house,
            access: .role(.admin),
            rate: .read,
            summary: "List API keys",
            description: "The newest first, revoked ones too.",
            parameters: Page.parameters(defaultLimit: 100),
            answers: [ListSchema.answer("A page of keys.", of: Self.keySchema)]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            let found = try await keys.page(offset: page.offset, limit: page.limit, for: call.caller)
            return try page.reply(found.items, total: found.total, for: call, \.json)
        }
    }

    private var get: Operation {
        Operation(
            "getKey",
            .get,
            "/api/v1/auth/keys/{key_id}",
            owner: .house,
            access: .role(.admin),
            rate: .read,
            summary: "Get an API key",
            parameters: [Self.reference],
            answers: [DocumentedAnswer(200, "What is known of the key, without the key itself.", Self.keySchema)],
            errors: [404]
        ) { call in
            .json(try await keys.key(call.pathParameter("key_id"), for: call.caller).json.bytes)
        }
    }

    private var revoke: Operation {
        Operation(
            "revokeKey",
            .delete,
            "/api/v1/auth/keys/{key_id}",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Revoke an API key",
            description: "The key is refused from the next request on, on open connections too.",
            parameters: [Self.reference],
            answers: [DocumentedAnswer(204, "It is revoked.", nil)],
            errors: [404]
        ) { call in
            _ = try await keys.revoke(call.pathParameter("key_id"), for: call.caller)
            return .empty
        }
    }
}
