internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText
internal import HTTPTypes

/// Getting an account, as documents 002 and 003 have it.
struct RegistrationRoutes: Sendable {
    let accounts: AccountService

    var operations: [Operation] { [register, createUser] }

    private static let username = Field.text(
        "username",
        .label(1...255, example: "johndoe"),
        isRequired: true,
        "Unique among those who sign in, whatever its case."
    )
    private static let fullName = Field.text("full_name", .label(1...255), "The username when left out.")
    private static let organizationName = Field.text(
        "organization_name",
        .label(1...255),
        "A new one, of which the user becomes the admin."
    )
    private static let invitation = Field.text(
        "invitation",
        .text(1...100),
        "The code of an invitation, in place of `organization_name`: the user joins the organization that has sent it."
    )

    private var register: Operation {
        Operation(
            "register",
            .post,
            "/api/v1/auth/register",
            owner: .teams,
            access: .open,
            rate: .write,
            addressClass: .signIn,
            summary: "Register",
            description:
                "Makes an account, and the organization that it is the admin of. The setting `auth_signup` says "
                + "who may.",
            body: .json(
                .named(
                    "Register",
                    .members(
                        AccountSchema.email.member,
                        Self.username.member,
                        AccountSchema.password.member,
                        Self.fullName.member,
                        Self.organizationName.member,
                        Self.invitation.member
                    )
                ),
                example: #"{"email":"user@example.com","username":"johndoe","password":"secure_password","#
                    + #""full_name":"John Doe","organization_name":"Acme Corp"}"#
            ),
            answers: [DocumentedAnswer(201, "The user.", UserSchema.teamUser)],
            errors: [403, 409]
        ) { call in
            let body = try call.json()
            let username = body[Self.username] ?? ""
            let registration = AccountService.Registration(
                email: body[AccountSchema.email] ?? "",
                username: username,
                password: body[AccountSchema.password] ?? "",
                fullName: body[Self.fullName] ?? username
            )
            let user: User
            switch (body[Self.organizationName], body[Self.invitation]) {
            case (let organization?, nil):
                user = try await accounts.register(registration, organization: organization)
            case (nil, let invitation?):
                user = try await accounts.register(registration, invitation: invitation)
            default:
                throw APIError.invalid("organization_name", "or invitation must be given, one of the two")
            }
            return .json(UserJSON.teams(user).bytes, status: 201, headers: [.cacheControl: "no-store"])
        }
    }

    private static let personName = Field.text("name", .label(1...255, example: "John Doe"), isRequired: true)

    private var createUser: Operation {
        Operation(
            "createUser",
            .post,
            "/api/v1/users",
            owner: .platform,
            access: .open,
            rate: .write,
            addressClass: .signIn,
            summary: "Create a user",
            description: "With an admin's credential: a developer of the admin's organization. Without one: an account "
                + "with an organization of its own, if the setting `auth_signup` is `open`. The username is what "
                + "stands in front of the `@`, or the whole address when that is taken.",
            body: .json(
                .named(
                    "UserCreate",
                    .members(AccountSchema.email.member, Self.personName.member, AccountSchema.password.member)
                ),
                example: #"{"email":"jane@example.com","name":"Jane Doe","password":"secure_password"}"#
            ),
            answers: [
                DocumentedAnswer(
                    201,
                    "The user.",
                    .members(
                        .required("id", .text(1...64)),
                        .required("email", .text(1...254)),
                        .required("name", .text(1...255)),
                        .required("created_at", ValueSchema.moment)
                    ),
                    headers: ["Location"]
                )
            ],
            errors: [401, 403, 409]
        ) { call in
            let body = try call.json()
            let email = body[AccountSchema.email] ?? ""
            var registration = AccountService.Registration(
                email: email,
                username: email.split(separator: "@").first.map(String.init) ?? email,
                password: body[AccountSchema.password] ?? "",
                fullName: body[Self.personName] ?? ""
            )
            let user: User
            do {
                user = try await create(registration, call)
            } catch CatalogError.nameTaken(let name) where name == registration.username && name != email {
                registration.username = email
                user = try await create(registration, call)
            }
            var object = JSONObjectText()
            object.add("id", user.publicID)
            object.add("email", user.email)
            object.add("name", user.fullName)
            object.add("created_at", Timestamp(nanoseconds: user.created))
            let headers: HTTPFields = [.location: "/api/v1/users/\(user.publicID)", .cacheControl: "no-store"]
            return .json(object.bytes, status: 201, headers: headers)
        }
    }

    private func create(_ registration: AccountService.Registration, _ call: Call) async throws -> User {
        guard let caller = call.principal else {
            // Whoever sends a credential means to use it.
            if call.headers[.authorization] != nil || call.headers[.apiKey] != nil { throw APIError.authentication() }
            return try await accounts.register(registration, organization: registration.email)
        }
        if caller.role < .admin {
            throw APIError.forbidden("only an admin makes users; the credential has the role \(caller.role.rawValue)")
        }
        return try await accounts.create(registration, for: caller)
    }
}
