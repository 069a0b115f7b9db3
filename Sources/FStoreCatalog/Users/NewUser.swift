package import FStoreIdentity

/// A user to be made.
package struct NewUser: Sendable {
    package let username: String
    /// `nil` makes one up, at `localhost`: an address to which no mail is sent.
    package let email: String?
    /// `nil` takes the username.
    package let fullName: String?
    package let role: Role
    /// The text of a password's hash; `nil` for a user who cannot sign in.
    package let password: String?

    package init(
        username: String,
        email: String? = nil,
        fullName: String? = nil,
        role: Role,
        password: String? = nil
    ) {
        self.username = username
        self.email = email
        self.fullName = fullName
        self.role = role
        self.password = password
    }
}
