package import FStoreIdentity
internal import GRDB

/// A session of a user, from signing in to signing out.
package struct Session: Hashable, Sendable {
    /// The id, `ses_…`.
    package let id: String
    package let organizationID: Int64
    /// The namespace of the organization's features.
    package let space: UInt32
    package let userID: Int64
    /// The same user as `usr_…`.
    package let publicUserID: String
    /// The role of the user now.
    package let role: Role
    /// Where the user signed in from.
    package let address: String
    /// When the user signed in.
    package let created: UnixNanoseconds
    /// When the user last gave the password.
    package let authenticated: UnixNanoseconds
    /// When a refresh token was last used, or the session began.
    package let refreshed: UnixNanoseconds
    /// When it ends at the latest: a refresh does not put that off.
    package let expires: UnixNanoseconds
    /// When it was ended; `nil` while nobody has.
    package let ended: UnixNanoseconds?

    /// What each session is read as; what follows narrows and orders the rows.
    static let select = """
        SELECT sessions.*, organizations.space, users.public_id, users.role FROM sessions
        JOIN organizations ON organizations.id = sessions.organization_id
        JOIN users ON users.id = sessions.user_id
        """

    static func fetch(_ id: String, from database: Database) throws -> Session {
        let sql = select + " WHERE sessions.id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [id]) else { throw CatalogError.notFound }
        return try Session(row)
    }

    init(_ row: Row) throws {
        id = row["id"]
        organizationID = row["organization_id"]
        space = row["space"]
        userID = row["user_id"]
        publicUserID = row["public_id"]
        role = try row.value("role")
        address = row["address"]
        created = row["created"]
        authenticated = row["authenticated"]
        refreshed = row["refreshed"]
        expires = row["expires"]
        ended = row["ended"]
    }
}
