package import FStoreIdentity

/// Who changes something, from where, and by which request.
package struct AuditActor: Sendable, Hashable {
    /// The user; `nil` for the command line, the server itself and strangers.
    package let userID: Int64?
    /// What the trail calls them, since users can be renamed and removed.
    package let name: String
    /// The organization of the user; `nil` when there is none.
    package let organizationID: Int64?
    /// The id of the API key or the session that the request came with.
    package let credential: String?
    package let address: String?
    package let requestID: String?

    /// The caller of a use case, from where the request of this task came.
    package init(_ caller: Principal) {
        self.init(
            userID: caller.userID,
            name: "user \(caller.userID)",
            organizationID: caller.organizationID,
            credential: caller.credential.id
        )
    }

    private init(userID: Int64?, name: String, organizationID: Int64?, credential: String?) {
        self.userID = userID
        self.name = name
        self.organizationID = organizationID
        self.credential = credential
        address = RequestOrigin.current?.address
        requestID = RequestOrigin.current?.requestID
    }

    /// A user who is about to get a credential, or who has just failed to.
    package static func user(_ user: User) -> AuditActor {
        AuditActor(userID: user.id, name: "user \(user.id)", organizationID: user.organizationID, credential: nil)
    }

    /// Somebody without an account.
    package static var stranger: AuditActor {
        AuditActor(userID: nil, name: "stranger", organizationID: nil, credential: nil)
    }

    /// What the server does by itself.
    package static let server = AuditActor(userID: nil, name: "server", organizationID: nil, credential: nil)

    /// Somebody at the command line of this machine.
    ///
    /// - Parameter login: the name of the system's user.
    package static func commandLine(_ login: String) -> AuditActor {
        AuditActor(userID: nil, name: "command line: \(login)", organizationID: nil, credential: nil)
    }
}
