internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Sessions of the caller's organization, for its admins.
struct SessionRoutes: Sendable {
    let accounts: AccountService
    let sessions: SessionService

    var operations: [Operation] { [list, end, endAll] }

    private static let reference = Parameter.path("session_id", .text(1...64), "The session's id, `ses_…`.")
    private static let user = QueryField.text(
        "user_id",
        .text(1...64),
        "Only sessions of this user: the number, or `usr_…`."
    )
    private static let wantedUser = QueryField.text(
        "user_id",
        .text(1...64),
        "Whose sessions end: the number, or `usr_…`.",
        isRequired: true,
        example: "1"
    )

    private static let sessionSchema = Schema.named(
        "Session",
        .members(
            .required("id", .text(1...64)),
            .required("user_id", .integer(1...Int64.max)),
            .required("role", UserSchema.role, "Of the user, now."),
            .required("address", .text(0...64), "Where the user signed in from."),
            .required("created_at", ValueSchema.moment),
            .required("refreshed_at", ValueSchema.moment, "When its refresh token was last used."),
            .required("expires_at", ValueSchema.moment)
        )
    )

    private var list: Operation {
        Operation(
            "listSessions",
            .get,
            "/api/v1/admin/sessions",
            owner: .house,
            access: .role(.admin),
            rate: .read,
            summary: "List sessions",
            description: "Those that go on, the newest first.",
            parameters: Page.parameters(defaultLimit: 100) + [Self.user.parameter],
            answers: [ListSchema.answer("A page of sessions.", of: Self.sessionSchema)],
            errors: [404]
        ) { call in
            let page = try Page(call, defaultLimit: 100)
            var user: Int64?
            if let text = try call.query(Self.user) { user = try await accounts.userID(text, for: call.caller) }
            let found = try await sessions.page(
                user: user,
                offset: page.offset,
                limit: page.limit,
                for: call.caller
            )
            return try page.reply(found.items, total: found.total, for: call, \.json)
        }
    }

    private var end: Operation {
        Operation(
            "endSession",
            .delete,
            "/api/v1/admin/sessions/{session_id}",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "End a session",
            description: "It opens nothing from the next request on, on open connections too.",
            parameters: [Self.reference],
            answers: [DocumentedAnswer(204, "It has ended.", nil)],
            errors: [404]
        ) { call in
            try await sessions.end(call.pathParameter("session_id"), for: call.caller)
            return .empty
        }
    }

    private var endAll: Operation {
        Operation(
            "endSessions",
            .delete,
            "/api/v1/admin/sessions",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "End all sessions of a user",
            parameters: [Self.wantedUser.parameter],
            answers: [
                DocumentedAnswer(
                    200,
                    "How many there were.",
                    .members(.required("ended", .integer(0...Int64.max)))
                )
            ],
            errors: [404]
        ) { call in
            let user = try await accounts.userID(call.query(Self.wantedUser) ?? "", for: call.caller)
            var object = JSONObjectText()
            object.add("ended", try await sessions.endAll(ofUser: user, for: call.caller))
            return .json(object.bytes)
        }
    }
}
