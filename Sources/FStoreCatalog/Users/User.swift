package import FStoreIdentity

/// Somebody, or something, that acts in an organization.
package struct User: Hashable, Sendable {
    /// The number of the user, unique in the catalog and never used again. The text of an API key carries it.
    package let id: Int64
    /// The same user's id as text, `usr_…`. Either is taken where a user is named.
    package let publicID: String
    /// The organization, for good.
    package let organizationID: Int64
    /// The name, unique within the organization; among those who can sign in, unique in the catalog.
    package let username: String
    /// The e-mail address, unique in the catalog whatever its case.
    package let email: String
    /// The name that people read.
    package let fullName: String
    /// What the user may do.
    package let role: Role
    /// Whether the user has a password to sign in with.
    package let canSignIn: Bool
    /// When the user was disabled: their keys and sessions are refused. `nil` while enabled.
    package let disabled: UnixNanoseconds?
    /// When the user was created.
    package let created: UnixNanoseconds
    /// When the user was last changed.
    package let updated: UnixNanoseconds
}
