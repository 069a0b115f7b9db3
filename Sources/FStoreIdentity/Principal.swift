/// Who asks: the credential, the user it belongs to, and the organization of both. All of it comes from the
/// credential, never from the request.
package struct Principal: Sendable, Hashable {
    /// What the request was let in by.
    package let credential: Credential
    package let userID: Int64
    package let organizationID: Int64
    /// The namespace of the organization's features in the engine.
    package let space: UInt32
    package let role: Role

    package init(credential: Credential, userID: Int64, organizationID: Int64, space: UInt32, role: Role) {
        self.credential = credential
        self.userID = userID
        self.organizationID = organizationID
        self.space = space
        self.role = role
    }
}

/// What a request was let in by.
package enum Credential: Sendable, Hashable {
    /// An API key, by its id.
    case key(String)
    /// A session that began when a user signed in, by its id.
    case session(String)

    /// The id of the key or the session. Safe to log: it opens nothing.
    package var id: String {
        switch self {
        case .key(let id), .session(let id): id
        }
    }
}
