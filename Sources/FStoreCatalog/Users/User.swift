package import FStoreIdentity
/// Somebody, or something, that acts in an organization.
package struct User: Hashable, Sendable {
    /// The number of the user, unique in the catalog and never used again. The text of an API key carries it.
    package let id: Int64
    /// The organization, for good.
    package let organizationID: Int64
    /// The name, unique within the organization.
    package let username: String
    /// What the user may do.
    package let role: Role
    /// When the user was created.
    package let created: UnixNanoseconds
    /// When the user was last changed.
    package let updated: UnixNanoseconds
}
