internal import ArgumentParser
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreText

/// `fstore session`, which only groups its commands.
struct SessionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "List and end the sessions of users who have signed in. A running server notices within two seconds.",
        subcommands: [SessionListCommand.self, SessionEndCommand.self, SessionRotateKeyCommand.self]
    )
}

/// `fstore session list`
struct SessionListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the sessions of an organization that have not ended, newest first."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    @Option(help: ArgumentHelp("Only sessions of this user: the name, number or id.", valueName: "user"))
    var user: String?

    func run() throws {
        let sessions = try store.withCatalog { [place, user] catalog in
            let organization = try await place.find(in: catalog)
            var wanted: Int64?
            if let user { wanted = try await UserArguments.find(user, in: organization, of: catalog).id }
            return try await catalog.sessions(organization: organization.id, user: wanted, offset: 0, limit: .max).items
        }
        let output = Output()
        var table = TableText("ID", "USER", "ROLE", "ADDRESS", "BEGAN", "REFRESHED", "ENDS")
        for session in sessions {
            if store.json {
                output.line(session.json)
            } else {
                table.add(
                    session.id,
                    "\(session.userID)",
                    session.role.rawValue,
                    session.address,
                    KeyText.time(session.created) ?? "",
                    KeyText.time(session.refreshed) ?? "",
                    KeyText.time(session.expires) ?? ""
                )
            }
        }
        if !store.json { table.write(to: output) }
        try output.flush()
    }
}

/// `fstore session end`
struct SessionEndCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "End a session, or all sessions of a user."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    @Option(help: ArgumentHelp("End all sessions of this user: the name, number or id.", valueName: "user"))
    var user: String?

    @Argument(help: "The id that fstore session list shows.")
    var id: String?

    func validate() throws {
        if (id == nil) == (user == nil) { throw ValidationError("give either the id of a session or --user") }
    }

    func run() throws {
        let count = try store.changeCatalog { [place, user, id] catalog in
            let organization = try await place.find(in: catalog)
            if let id {
                try await catalog.endSession(id, organization: organization.id, by: .typing)
                return 1
            }
            let found = try await UserArguments.find(user ?? "", in: organization, of: catalog)
            return try await catalog.endSessions(ofUser: found.id, organization: organization.id, by: .typing)
        }
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("ended", count)
            output.line(object)
        } else {
            output.line("ended \(count) \(count == 1 ? "session" : "sessions")")
        }
        try output.flush()
    }
}

/// `fstore session rotate-key`
struct SessionRotateKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Sign access tokens with a new key. Tokens of the key before it stay valid until they expire."
    )

    @OptionGroup var store: StoreArguments

    func run() throws {
        let sealer = SecretSealer(key: try AuditKey(directory: store.directory).key())
        try store.changeCatalog { catalog in
            try await catalog.addTokenKey(
                behind: catalog.tokenKeys().first?.id,
                by: .typing
            ) { id in
                sealer.seal(SystemRandom.bytes(SealingKey.byteCount), context: SealedTokenKey.context(id))
            }
        }
        let output = Output()
        output.line("access tokens are signed with a new key")
        try output.flush()
    }
}
