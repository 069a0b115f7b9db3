internal import FStoreSecurity

/// The members that several operations on accounts have in common.
enum AccountSchema {
    /// Every password is taken as it is; whether it can be one is said in another place.
    static let passwordText = Schema.string(
        Schema.StringRule(bytes: 1...4096, format: "password", example: "secure_password")
    )

    /// What is said of passwords that are chosen.
    static let newPasswordRule =
        "\(PasswordRule.minimumCharacters) to \(PasswordRule.maximumCharacters) characters, taken as they are."

    static let password = Field.text(
        "password",
        passwordText,
        isRequired: true,
        newPasswordRule
    )

    static let email = Field.text(
        "email",
        UserSchema.email,
        isRequired: true,
        "Unique in the server, whatever its case."
    )
}
