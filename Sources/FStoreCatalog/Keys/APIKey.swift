package import FStoreIdentity
package import FStoreSecurity

/// An API key as the catalog knows it: without its text, which nobody can learn from here.
package struct APIKey: Hashable, Sendable {
    /// The id: `key_` and 26 characters that sort by the time of creation.
    package let id: String
    /// Whose key it is.
    package let userID: Int64
    /// The organization that the key opens, which is the user's.
    package let organizationID: Int64
    /// The namespace of that organization's features.
    package let space: UInt32
    /// What its maker calls it. Two keys may have one name.
    package let name: String
    /// The part of the text that lists show.
    package let prefix: String
    /// SHA-256 of the text: what the key is found by.
    package let digest: Digest
    /// What the key may do.
    package let role: Role
    /// How often it may be used.
    package let quota: Quota
    /// When it ceases to work, if ever.
    package let expires: UnixNanoseconds?
    /// When it was created.
    package let created: UnixNanoseconds
    /// When it was last used, as far as that was written down.
    package let lastUsed: UnixNanoseconds?
    /// When it was revoked, if it was.
    package let revoked: UnixNanoseconds?
    /// The id of the key that it replaces, if any.
    package let replaces: String?
}
