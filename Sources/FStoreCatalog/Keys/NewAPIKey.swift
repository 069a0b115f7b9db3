package import FStoreIdentity
package import FStoreSecurity

/// A key to create. The catalog gets its digest, never its text.
package struct NewAPIKey: Hashable, Sendable {
    /// Whose key it is to be.
    package let userID: Int64
    /// What its maker calls it.
    package let name: String
    /// The part of the text that lists show.
    package let prefix: String
    /// SHA-256 of the text.
    package let digest: Digest
    /// What the key may do.
    package let role: Role
    /// When it ceases to work, if ever.
    package let expires: UnixNanoseconds?
    /// How often it may be used.
    package let quota: Quota
    /// The id of the key that it replaces, if any.
    package let replaces: String?

    /// A key of the user whom `code` names.
    package init(
        code: APIKeyCode,
        name: String,
        role: Role,
        expires: UnixNanoseconds? = nil,
        quota: Quota = .standard,
        replaces: String? = nil
    ) {
        userID = code.userID
        prefix = code.prefix
        digest = code.digest
        self.name = name
        self.role = role
        self.expires = expires
        self.quota = quota
        self.replaces = replaces
    }
}
