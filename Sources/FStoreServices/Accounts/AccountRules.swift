package import FStoreSecurity

/// What the operator decides about accounts.
package struct AccountRules: Sendable {
    /// Who may register.
    package enum SignUp: String, CaseIterable, Sendable {
        /// Anybody: each gets an organization.
        case open
        /// Whoever an admin has invited.
        case invite
        /// Nobody: admins make accounts.
        case closed
    }

    /// What signing in gives.
    package enum LoginToken: String, CaseIterable, Sendable {
        /// A JWT for an hour, and a token to refresh it with.
        case jwt
        /// An API key for 30 days, as document 002 shows.
        case apiKey = "api_key"
    }

    package var signUp: SignUp
    package var loginToken: LoginToken
    package var passwords: PasswordRule

    package init(signUp: SignUp = .open, loginToken: LoginToken = .jwt, passwords: PasswordRule = PasswordRule()) {
        self.signUp = signUp
        self.loginToken = loginToken
        self.passwords = passwords
    }
}
