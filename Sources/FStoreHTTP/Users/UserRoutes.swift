internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Users of an organization: the operations of documents 002 and 003, and the house's own.
struct UserRoutes: Sendable {
    let users: UserService
    let accounts: AccountService

    var operations: [Operation] {
        [list, listForTeams, listInHouseStyle, listByHeader, invite, get, update, delete, setRole, setDisabled]
    }

    private static let organization = QueryField.integer(
        "organization_id",
        1...Int(UInt32.max),
        "Whose users; the caller's own organization when left out. Others are for operators only."
    )

    private static let listParameters = Page.parameters(defaultLimit: 100) + [organization.parameter]
    private static let bareList = DocumentedAnswer(
        200,
        "A page of users.",
        .array(UserSchema.platformUser, 0...1000),
        headers: ListSchema.headers
    )

    // MARK: Lists

    private var list: Operation {
        Operation(
            "listUsers",
            .get,
            "/api/v1/users",
            owner: .platform,
            access: .role(.admin),
            rate: .read,
            addressClass: .userList,
            summary: "List users",
            description: "The oldest first, as a bare array; the headers say which page it is.",
            parameters: Self.listParameters,
            answers: [Self.bareList],
            errors: [404, 413]
        ) { call in
            try await bareList(call)
        }
    }

    private func bareList(_ call: Call, headers: HTTPFields = [:]) async throws -> Reply {
        let (page, found, _) = try await page(call)
        return try page.bareReply(found.items, total: found.total, for: call, headers: headers, UserJSON.platform)
    }

    private var listForTeams: Operation {
        Operation(
            "listTeamUsers",
            .get,
            "/api/v1/admin/users",
            owner: .teams,
            access: .role(.admin),
            rate: .read,
            summary: "List users, as document 002 has it",
            description: "The oldest first. `count` is the number of all, on all pages.",
            parameters: Self.listParameters,
            answers: [
                DocumentedAnswer(
                    200,
                    "A page of users.",
                    .members(
                        .required("users", .array(UserSchema.teamUser, 0...1000)),
                        .required("count", .integer(0...Int64.max)),
                        .required("organization_id", UserSchema.organizationID)
                    ),
                    headers: ListSchema.headers
                )
            ],
            errors: [404, 413]
        ) { call in
            let (page, found, organization) = try await page(call)
            var object = JSONObjectText()
            object.add("users", found.items.map(UserJSON.teams))
            object.add("count", found.total)
            object.add("organization_id", organization)
            if object.byteCount > call.maxAnswerBytes { throw APIError.answerTooLarge(call.maxAnswerBytes) }
            return .json(object.bytes, headers: page.headers(total: found.total, for: call))
        }
    }

    private var listInHouseStyle: Operation {
        Operation(
            "listUsersV2",
            .get,
            "/api/v2/users",
            owner: .house,
            access: .role(.admin),
            rate: .read,
            addressClass: .userList,
            summary: "List users, in the style of other lists",
            description: "What document 003 calls version 2.",
            parameters: Self.listParameters,
            answers: [ListSchema.answer("A page of users.", of: UserSchema.platformUser)],
            errors: [404, 413]
        ) { call in
            try await houseList(call)
        }
    }

    private func houseList(_ call: Call, headers: HTTPFields = [:]) async throws -> Reply {
        let (page, found, _) = try await page(call)
        var reply = try page.reply(found.items, total: found.total, for: call, UserJSON.platform)
        reply.headers.append(contentsOf: headers)
        return reply
    }

    private static let versions = ["v1", "v2"]
    private static let versionHeader = HTTPField.Name("api-version") ?? .from

    private var listByHeader: Operation {
        Operation(
            "listUsersByHeader",
            .get,
            "/api/users",
            owner: .platform,
            access: .role(.admin),
            rate: .read,
            addressClass: .userList,
            summary: "List users, by the version in a header",
            description: "`api-version: v1` answers like `/api/v1/users`, `v2` like `/api/v2/users`.",
            parameters: Self.listParameters + [
                .header("api-version", .oneOf(Self.versions), "The version; `v1` when left out.")
            ],
            answers: [
                DocumentedAnswer(
                    200,
                    "A page of users.",
                    .any([
                        .array(UserSchema.platformUser, 0...1000), ListSchema.page(of: UserSchema.platformUser),
                    ]),
                    headers: ListSchema.headers
                )
            ],
            errors: [404, 413]
        ) { call in
            let version = call.headers[Self.versionHeader] ?? "v1"
            guard Self.versions.contains(version) else {
                throw APIError.invalid("api-version", "must be v1 or v2; \"\(version.excerpt)\" was given")
            }
            let headers: HTTPFields = [Self.versionHeader: version, .vary: "api-version"]
            return version == "v2"
                ? try await houseList(call, headers: headers) : try await bareList(call, headers: headers)
        }
    }

    private func page(_ call: Call) async throws -> (Page, CatalogPage<User>, Int64) {
        let page = try Page(call, defaultLimit: 100)
        let organization = try call.query(Self.organization).map(Int64.init)
        let caller = try call.caller
        return try await APIError.finding("organization") {
            let found = try await users.page(
                organization: organization,
                offset: page.offset,
                limit: page.limit,
                for: caller
            )
            return (page, found.page, found.organization)
        }
    }

    // MARK: One user

    private var get: Operation {
        Operation(
            "getUser",
            .get,
            "/api/v1/users/{user_id}",
            owner: .platform,
            access: .role(.viewer),
            rate: .read,
            summary: "Get a user",
            description: "Everybody sees themselves, an admin everybody of the organization.",
            parameters: [UserSchema.reference],
            answers: [DocumentedAnswer(200, "The user.", UserSchema.platformUser)],
            errors: [404]
        ) { call in
            let (id, caller) = (try call.pathParameter("user_id"), try call.caller)
            let user = try await APIError.finding("user") { try await users.user(id, for: caller) }
            return .json(UserJSON.platform(user).bytes)
        }
    }

    private var update: Operation {
        Operation(
            "updateUser",
            .put,
            "/api/v1/users/{user_id}",
            owner: .platform,
            access: .role(.viewer),
            rate: .write,
            summary: "Change a user",
            description: "What is left out stays. Everybody may change themselves, an admin everybody of the "
                + "organization who has no higher role. A new password ends the user's other sessions.",
            parameters: [UserSchema.reference],
            body: .json(UserSchema.update, example: #"{"name":"Jane Roe","email":"jane.roe@example.com"}"#),
            answers: [DocumentedAnswer(200, "The user.", UserSchema.platformUser)],
            errors: [403, 404, 409]
        ) { call in
            let body = try call.json()
            let (id, caller) = (try call.pathParameter("user_id"), try call.caller)
            try await setPassword(body, of: id, for: caller)
            let update = UserUpdate(fullName: body[UserSchema.newName], email: body[UserSchema.newEmail])
            let user = try await APIError.finding("user") { try await users.update(id, update, for: caller) }
            return .json(UserJSON.platform(user).bytes)
        }
    }

    /// Sets the password that the body has. It comes before the rest of the change, since it is what is mostly refused.
    private func setPassword(_ body: JSONValue, of id: String, for caller: Principal) async throws {
        guard let password = body[UserSchema.newPassword] else { return }
        let user = try await APIError.finding("user") { try await users.user(id, for: caller) }
        if user.id == caller.userID {
            let current = body[UserSchema.currentPassword]
            try await accounts.changePassword(to: password, from: current, for: caller)
        } else {
            try await accounts.setPassword(password, of: user, for: caller)
        }
    }

    private var delete: Operation {
        Operation(
            "deleteUser",
            .delete,
            "/api/v1/users/{user_id}",
            owner: .platform,
            access: .role(.viewer),
            rate: .write,
            summary: "Remove a user",
            description: """
                Keys and sessions of the user end at once, and what is personal goes; the username is free again. \
                Everybody may remove themselves, an admin everybody of the organization who has no higher role. The \
                last admin of an organization and the last operator of the server stay.
                """,
            parameters: [UserSchema.reference],
            answers: [DocumentedAnswer(204, "The user is gone.", nil)],
            errors: [403, 404, 409]
        ) { call in
            let (id, caller) = (try call.pathParameter("user_id"), try call.caller)
            try await APIError.finding("user") { try await users.delete(id, for: caller) }
            return .empty
        }
    }

    private var setRole: Operation {
        Operation(
            "setUserRole",
            .put,
            "/api/v1/users/{user_id}/role",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Give a user another role",
            description: "Keys and sessions of the user may do no more than it from the next request on.",
            parameters: [UserSchema.reference],
            body: .json(UserSchema.roleUpdate, example: #"{"role":"developer"}"#),
            answers: [DocumentedAnswer(200, "The user.", UserSchema.platformUser)],
            errors: [404, 409]
        ) { call in
            let role = try call.json()[UserSchema.newRole] ?? .viewer
            let (id, caller) = (try call.pathParameter("user_id"), try call.caller)
            let user = try await APIError.finding("user") { try await users.setRole(role, of: id, for: caller) }
            return .json(UserJSON.platform(user).bytes)
        }
    }

    private var setDisabled: Operation {
        Operation(
            "setUserDisabled",
            .put,
            "/api/v1/users/{user_id}/disabled",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Disable a user, or enable one again",
            description: "Keys and sessions of a disabled user open nothing, from the next request on.",
            parameters: [UserSchema.reference],
            body: .json(UserSchema.disabledUpdate, example: #"{"disabled":true}"#),
            answers: [DocumentedAnswer(200, "The user.", UserSchema.platformUser)],
            errors: [404, 409]
        ) { call in
            let isDisabled = try call.json()[UserSchema.disabled] ?? false
            let (id, caller) = (try call.pathParameter("user_id"), try call.caller)
            let user = try await APIError.finding("user") {
                try await users.setDisabled(isDisabled, of: id, for: caller)
            }
            return .json(UserJSON.platform(user).bytes)
        }
    }

    private var invite: Operation {
        Operation(
            "inviteUser",
            .post,
            "/api/v1/users/invite",
            owner: .house,
            access: .role(.admin),
            rate: .write,
            summary: "Invite somebody",
            description: """
                The code is in this answer and nowhere else. Whoever registers with it and the same e-mail address \
                becomes a user of the organization. A second invitation of an address ends the first one.
                """,
            body: .json(UserSchema.invite, example: #"{"email":"ann@example.com","role":"developer"}"#),
            answers: [DocumentedAnswer(201, "The invitation, with its code.", UserSchema.invitation)],
            errors: [404, 409]
        ) { call in
            let body = try call.json()
            let caller = try call.caller
            let (invitation, code) = try await APIError.finding("organization") {
                try await users.invite(
                    body[UserSchema.invitedEmail] ?? "",
                    role: body[UserSchema.invitedRole] ?? .viewer,
                    organization: body[UserSchema.invitedTo],
                    for: caller
                )
            }
            var object = JSONObjectText()
            object.add("id", invitation.id)
            object.add("email", invitation.email)
            object.add("role", invitation.role.rawValue)
            object.add("organization_id", invitation.organizationID)
            object.add("code", code.text)
            object.add("created_at", Timestamp(nanoseconds: invitation.created))
            object.add("expires_at", Timestamp(nanoseconds: invitation.expires))
            return .json(object.bytes, status: 201, headers: [.cacheControl: "no-store"])
        }
    }
}
