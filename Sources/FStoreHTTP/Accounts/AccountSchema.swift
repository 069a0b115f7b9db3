internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreText

/// The shapes of accounts.
enum AccountSchema {
    /// An e-mail address: a name, one `@` and a host, without spaces. What it names is for mail to find out.
    static let emailText = Schema.string(
        Schema.StringRule(
            bytes: 3...254,
            format: "email",
            check: { text in isAddress(text) ? nil : "must be an e-mail address, such as ann@example.com" },
            example: "user@example.com"
        )
    )

    /// Every password is taken as it is; whether it can be one is said in another place.
    static let passwordText = Schema.string(
        Schema.StringRule(bytes: 1...4096, format: "password", example: "secure_password")
    )

    static let password = Field.text(
        "password",
        passwordText,
        isRequired: true,
        "8 to 1024 characters, taken as they are."
    )

    static let email = Field.text("email", emailText, isRequired: true, "Unique in the server, whatever its case.")

    /// A user as document 002 shows one.
    static let user = Schema.named(
        "TeamUser",
        .members(
            .required("id", .integer(1...Int64.max)),
            .required("username", .text(1...255)),
            .required("email", .text(1...254)),
            .required("full_name", .text(1...255)),
            .required("role", .oneOf(["viewer", "developer", "admin", "operator"])),
            .required("organization_id", .integer(1...Int64.max)),
            .required("created_at", ValueSchema.moment)
        )
    )

    /// A user in that shape.
    static func object(_ user: User) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", user.id)
        object.add("username", user.username)
        object.add("email", user.email)
        object.add("full_name", user.fullName)
        object.add("role", user.role.rawValue)
        object.add("organization_id", user.organizationID)
        object.add("created_at", Timestamp(nanoseconds: user.created))
        return object
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
        return !HiddenCharacters.areIn(text) && !text.contains { $0.isWhitespace || ",;<>\"\\".contains($0) }
    }
}
