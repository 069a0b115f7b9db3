/// Some users of an organization, who may have settings of their own.
package struct Team: Hashable, Sendable {
    /// A user who belongs to it.
    package struct Member: Hashable, Sendable {
        package let userID: Int64
        /// The same user's id as text, `usr_…`.
        package let publicID: String
        package let username: String
    }

    /// How many teams an organization has at most.
    package static let maxTeams = 200
    /// How many members a team has at most.
    package static let maxMembers = 500

    /// The number of the team, unique in the catalog and never used again.
    package let id: Int64
    package let organizationID: Int64
    /// The name, unique within the organization.
    package let name: String
    /// By the number of the user, without users who were removed.
    package let members: [Member]
    package let created: UnixNanoseconds
}
