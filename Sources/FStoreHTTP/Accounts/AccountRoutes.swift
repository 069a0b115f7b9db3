internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes
internal import NIOCore

/// Signing in and out, tokens and passwords, as documents 001, 002 and 003 have them.
struct AccountRoutes: Sendable {
    let accounts: AccountService
    let sessions: SessionService

    var operations: [Operation] { [login, refresh, logout, me, verify, changePassword] }

    // MARK: Signing in and out

    private static let loginUsername = Field.text("username", .text(1...255), "The username or the e-mail address.")
    private static let loginEmail = Field.text("email", .text(1...255), "The e-mail address or the username.")

    private var login: Operation {
        Operation(
            "login",
            .post,
            "/api/v1/auth/login",
            owner: .platform,
            access: .open,
            rate: .read,
            addressClass: .signIn,
            summary: "Sign in",
            description:
                "Takes `username` or `email`. The answer has the members of documents 001, 002 and 003 side by "
                + "side. The access token is good for an hour; `refresh_token` gets the next one.",
            body: .json(
                .named(
                    "Login",
                    .members(Self.loginUsername.member, Self.loginEmail.member, AccountSchema.password.member)
                ),
                example: #"{"email":"user@example.com","password":"secure_password"}"#
            ),
            answers: [DocumentedAnswer(200, "A token.", Self.loginSchema)],
            errors: [401]
        ) { call in
            let body = try call.json()
            let name: String
            var style = APIDocument.platform
            switch (body[Self.loginUsername], body[Self.loginEmail]) {
            case (let username?, nil): (name, style) = (username, .ingestion)
            case (nil, let email?): name = email
            default: throw APIError.invalid("email", "or username must be given, one of the two")
            }
            do {
                let signIn = try await accounts.signIn(name, password: body[AccountSchema.password] ?? "")
                return .json(Self.answer(signIn, call).bytes, headers: [.cacheControl: "no-store"])
            } catch {
                // Clients of document 001 sign in by username, and read errors as it shows them.
                var refusal = APIError(any: error)
                refusal.style = style
                throw refusal
            }
        }
    }

    private static let tokenMembers: [Schema.Member] = [
        .required("access_token", .text(1...1024)),
        .required("token_type", .oneOf(["bearer"])),
        .required("expires_in", .integer(0...Int64.max), "Seconds."),
    ]

    private static let refreshMembers: [Schema.Member] = [
        .optional("refresh_token", .text(1...100), "Good once."),
        .optional("refresh_expires_in", .integer(0...Int64.max), "Seconds until the session ends."),
    ]

    private static let loginSchema = Schema.named(
        "Token",
        .members(
            tokenMembers + refreshMembers + [
                .required("user_id", .integer(1...Int64.max)),
                .required("organization_id", .integer(1...Int64.max)),
                .required("username", .text(1...255)),
                .required("role", UserSchema.role),
            ] + Envelope.members(.members(tokenMembers + [.required("token", .text(1...1024))]))
        )
    )

    private static func answer(_ signIn: AccountService.SignIn, _ call: Call) -> JSONObjectText {
        var object = JSONObjectText()
        var data = JSONObjectText()
        switch signIn.token {
        case .tokens(let tokens):
            add(tokens, to: &object)
            data.add("token", tokens.access)
            add(tokens.access, seconds: SessionService.accessSeconds, to: &data)
        case .key(let code, let seconds):
            add(code.text, seconds: seconds, to: &object)
            data.add("token", code.text)
            add(code.text, seconds: seconds, to: &data)
        }
        object.add("user_id", signIn.user.id)
        object.add("organization_id", signIn.user.organizationID)
        object.add("username", signIn.user.username)
        object.add("role", signIn.user.role.rawValue)
        Envelope.add(data, call, message: "Signed in", to: &object)
        return object
    }

    private static func add(_ access: String, seconds: Int64, to object: inout JSONObjectText) {
        object.add("access_token", access)
        object.add("token_type", "bearer")
        object.add("expires_in", seconds)
    }

    private static func add(_ tokens: SessionService.Tokens, to object: inout JSONObjectText) {
        add(tokens.access, seconds: SessionService.accessSeconds, to: &object)
        object.add("refresh_token", tokens.refresh.text)
        object.add("refresh_expires_in", tokens.refreshSeconds)
    }

    private static let refreshToken = Field.text(
        "refresh_token",
        .text(1...100),
        "In place of `Authorization: Bearer <refresh_token>`."
    )

    private var refresh: Operation {
        Operation(
            "refreshToken",
            .post,
            "/api/v1/auth/refresh",
            owner: .platform,
            access: .open,
            rate: .read,
            addressClass: .signIn,
            summary: "Get the next access token",
            description:
                "Takes the refresh token as `Authorization: Bearer`, or in the body. It is good once: the answer "
                + "has its successor. One that comes a second time ends the session, since one of two has stolen it.",
            body: RequestBody(
                mediaTypes: ["application/json"],
                schema: .named("Refresh", .members(Self.refreshToken.member)),
                example: #"{"refresh_token":"flr_…"}"#,
                maxBytes: 1_048_576,
                isRequired: false
            ),
            answers: [
                DocumentedAnswer(
                    200,
                    "The next tokens.",
                    .members(Self.tokenMembers + Self.refreshMembers)
                )
            ],
            errors: [401]
        ) { call in
            let header = call.headers[.authorization].flatMap(CredentialHeaders.bearerToken)
            let member = call.body.readableBytes == 0 ? nil : try call.json()[Self.refreshToken]
            if let header, let member, header != member {
                throw APIError.malformed("Authorization and refresh_token name different tokens; send one of them")
            }
            guard let text = header ?? member else { throw SessionService.Refusal.unknownToken }
            let tokens = try await accounts.refresh(text)
            var object = JSONObjectText()
            Self.add(tokens, to: &object)
            return .json(object.bytes, headers: [.cacheControl: "no-store"])
        }
    }

    private var logout: Operation {
        Operation(
            "logout",
            .post,
            "/api/v1/auth/logout",
            owner: .platform,
            access: .role(.viewer),
            rate: .read,
            summary: "Sign out",
            description: "Ends the session of the access token, on open connections too.",
            answers: [DocumentedAnswer(204, "The session has ended.", nil)]
        ) { call in
            try await sessions.end(for: call.caller)
            return .empty
        }
    }

    private var me: Operation {
        Operation(
            "currentUser",
            .get,
            "/api/v1/auth/me",
            owner: .teams,
            access: .role(.viewer),
            rate: .read,
            summary: "Who is signed in",
            description: "The user of the access token or the API key.",
            answers: [DocumentedAnswer(200, "The user.", UserSchema.teamUser)],
            errors: [404]
        ) { call in
            .json(UserJSON.teams(try await accounts.user(for: call.caller)).bytes)
        }
    }

    // MARK: Tokens and passwords

    private static let token = Field.text("token", .text(1...4096), isRequired: true, "An access token.")
    private static let userID = Field(
        "user_id",
        Schema.any([.integer(1...Int64.max), .text(1...64)]),
        "Whose it should be; another's is not active."
    ) { $0.text ?? $0.integer.map(String.init) }

    private var verify: Operation {
        Operation(
            "verifyToken",
            .post,
            "/api/v1/auth/verify",
            owner: .platform,
            access: .role(.viewer),
            rate: .read,
            summary: "Ask whether a user's access token is valid",
            description: "For services that are sent tokens. Tokens of other organizations are not active.",
            body: .json(
                .named("Verify", .members(Self.token.member, Self.userID.member)),
                example: #"{"token":"eyJ…","user_id":"usr_abc123"}"#
            ),
            answers: [
                DocumentedAnswer(
                    200,
                    "Whether it is.",
                    .members(
                        .required("active", .boolean),
                        .required("user_id", Schema.text(1...64).orNull),
                        .required("role", Schema.text(1...64).orNull)
                    )
                )
            ]
        ) { call in
            let body = try call.json()
            var session = try sessions.session(ofToken: body[Self.token] ?? "", for: call.caller)
            if let wanted = body[Self.userID], let found = session,
                wanted != found.publicUserID, wanted != String(found.userID)
            {
                session = nil
            }
            var object = JSONObjectText()
            object.add("active", session != nil)
            object.add("user_id", session?.publicUserID)
            object.add("role", session?.role.rawValue)
            return .json(object.bytes)
        }
    }

    private static let currentPassword = Field.text(
        "current_password",
        AccountSchema.passwordText,
        "May be left out within five minutes of signing in."
    )
    private static let newPassword = Field.text(
        "new_password",
        AccountSchema.passwordText,
        isRequired: true,
        AccountSchema.newPasswordRule
    )

    private var changePassword: Operation {
        Operation(
            "changePassword",
            .post,
            "/api/v1/auth/password",
            owner: .house,
            access: .role(.viewer),
            rate: .write,
            addressClass: .signIn,
            summary: "Change the password",
            description: "Of the user who is signed in. All other sessions of the user end.",
            body: .json(
                .named("PasswordChange", .members(Self.currentPassword.member, Self.newPassword.member)),
                example: #"{"current_password":"secure_password","new_password":"a better secret"}"#
            ),
            answers: [DocumentedAnswer(204, "It is changed.", nil)],
            errors: [404]
        ) { call in
            let body = try call.json()
            try await accounts.changePassword(
                to: body[Self.newPassword] ?? "",
                from: body[Self.currentPassword],
                for: call.caller
            )
            return .empty
        }
    }
}
