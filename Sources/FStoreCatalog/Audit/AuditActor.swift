package import FStoreIdentity

/// Who made a change, with the address and the request it came from.
package struct AuditActor: Sendable, Hashable {
    /// The user; `nil` for the command line, the server itself and strangers.
    package let userID: Int64?
    /// The actor in the audit trail, such as `user 3`. It has no username, because users can be renamed and removed.
    package let name: String
    /// The organization of the user; `nil` when there is none.
    package let organizationID: Int64?
    /// The id of the API key or the session that the request came with.
    package let credential: String?
    package let address: String?
    package let requestID: String?

    /// The caller of a use case, with the address and id of the current request.
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

    /// A user who registers or tries to sign in, and has no credential yet.
    package static func user(_ user: User) -> AuditActor {
        AuditActor(userID: user.id, name: "user \(user.id)", organizationID: user.organizationID, credential: nil)
    }

    /// Somebody without an account.
    package static var stranger: AuditActor {
        AuditActor(userID: nil, name: "stranger", organizationID: nil, credential: nil)
    }

    /// The server itself, for changes that nobody requested.
    package static let server = AuditActor(userID: nil, name: "server", organizationID: nil, credential: nil)

    /// Somebody at the command line of this machine.
    ///
    /// - Parameter login: the user of the operating system, such as `uid 1000`.
    package static func commandLine(_ login: String) -> AuditActor {
        AuditActor(userID: nil, name: "command line: \(login)", organizationID: nil, credential: nil)
    }
}
