internal import FStore
internal import FStoreIdentity
internal import FStoreServices

/// The shapes of users.
enum UserSchema {
    static let email = Schema.string(
        Schema.StringRule(
            bytes: 1...EmailAddress.maxBytes,
            check: EmailAddress.problem,
            pattern: "^[^@\\s\\u0000-\\u0020\\u007f-\\u009f]+@[^@\\s\\u0000-\\u0020\\u007f-\\u009f]+$",
            example: "user@example.com"
        )
    )
    static let fullName = Schema.label(1...255, example: "John Doe")
    static let role = Schema.oneOf(Role.allCases.map(\.rawValue))
    static let organizationID = Schema.integer(1...Int64(UInt32.max))

    static let reference = Parameter.path(
        "user_id",
        .text(1...64),
        "The user's id, `usr_…` or the number."
    )

    static let platformUser = Schema.named(
        "User",
        .members(
            .required("id", .text(1...64), "`usr_…`"),
            .required("email", .text(1...EmailAddress.maxBytes + 1)),
            .required("name", .text(0...255), "For people."),
            .required("created_at", ValueSchema.moment),
            .required("updated_at", ValueSchema.moment),
            .required("user_id", .integer(1...Int64.max), "The same user's number."),
            .required("username", .text(1...255)),
            .required("role", role, "What the user's keys and sessions may do at most."),
            .required("organization_id", organizationID),
            .required("disabled", .boolean, "Whether the user's keys and sessions open nothing.")
        )
    )

    static let teamUser = Schema.named(
        "OrganizationUser",
        .members(
            .required("id", .integer(1...Int64.max)),
            .required("username", .text(1...255)),
            .required("email", .text(1...EmailAddress.maxBytes + 1)),
            .required("full_name", .text(0...255)),
            .required("role", role),
            .required("organization_id", organizationID),
            .required("created_at", ValueSchema.moment),
            .required("public_id", .text(1...64), "The same user's id on operations of document 003."),
            .required("disabled", .boolean)
        )
    )

    static let newName = Field.text("name", fullName, "For people.")
    static let newEmail = Field.text("email", email, "Nobody else's.")
    static let newPassword = Field.text(
        "password",
        AccountSchema.passwordText,
        AccountSchema.newPasswordRule
    )
    static let currentPassword = Field.text(
        "current_password",
        AccountSchema.passwordText,
        "Needed with `password`, unless the caller has signed in within five minutes, or changes somebody else."
    )
    static let update = Schema.named(
        "UserUpdate",
        .members(newName.member, newEmail.member, newPassword.member, currentPassword.member)
    )

    static let newRole = Field("role", role, isRequired: true, "At most the caller's own.") {
        $0.text.flatMap(Role.init)
    }
    static let roleUpdate = Schema.named("UserRole", .members(newRole.member))

    static let disabled = Field("disabled", .boolean, isRequired: true) { $0.bool }
    static let disabledUpdate = Schema.named("UserDisabled", .members(disabled.member))

    static let invitedEmail = Field.text(
        "email",
        email,
        isRequired: true,
        "The only address that the code is good for."
    )
    static let invitedRole = Field(
        "role",
        .oneOf([Role.viewer, .developer, .admin].map(\.rawValue)),
        isRequired: true,
        "At most the caller's own."
    ) { $0.text.flatMap(Role.init) }
    static let invitedTo = Field(
        "organization_id",
        organizationID.orNull,
        "The caller's own when left out; another one for operators only."
    ) { $0.integer.map(Int64.init) }
    static let invite = Schema.named(
        "InvitationCreate",
        .members(invitedEmail.member, invitedRole.member, invitedTo.member)
    )

    static let invitation = Schema.named(
        "Invitation",
        .members(
            .required("id", .text(1...64), "`inv_…`"),
            .required("email", .text(1...EmailAddress.maxBytes)),
            .required("role", role),
            .required("organization_id", organizationID),
            .required("code", .text(1...64), "What registering takes. Shown once."),
            .required("created_at", ValueSchema.moment),
            .required("expires_at", ValueSchema.moment, "Seven days later.")
        )
    )
}
