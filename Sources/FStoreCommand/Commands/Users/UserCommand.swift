internal import FStoreIdentity
internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreServices
internal import FStoreText

/// `fstore user`, which only groups its commands.
struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract:
            "Make, list and change the users that API keys belong to. A running server notices within two seconds.",
        subcommands: [
            UserCreateCommand.self, UserListCommand.self, UserRoleCommand.self, UserDisableCommand.self,
            UserEnableCommand.self, UserDeleteCommand.self, UserPasswordCommand.self,
        ]
    )
}

/// `fstore user create`
struct UserCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a user.")

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    @Option(help: "The highest role of the user's keys: viewer, developer, admin or operator.")
    var role: Role = .developer

    @Option(help: "The e-mail address, unique in the catalog (default: one at localhost, to which no mail is sent).")
    var email: String?

    @Option(help: ArgumentHelp("The name that people read (default: the name).", valueName: "text"))
    var fullName: String?

    @Argument(help: "The name, unique in the organization.")
    var name: String

    func validate() throws {
        try NameRule.check(name)
        if let fullName { try NameRule.check(fullName) }
        if let email, let problem = EmailAddress.problem(email) { throw ValidationError("--email \(problem)") }
    }

    func run() throws {
        let user = try store.changeCatalog { [place, name, role, email, fullName] catalog in
            let organization = try await place.find(in: catalog)
            return try await catalog.createUser(
                NewUser(username: name, email: email, fullName: fullName, role: role),
                organization: organization.id,
                by: .typing
            )
        }
        try UserText.show(user, store, "made the user \(user.username) (\(user.id)), \(user.role.rawValue)")
    }
}

/// `fstore user list`
struct UserListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List users, oldest first.")

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    func run() throws {
        let users = try store.withCatalog { [place] catalog in
            try await catalog.users(organization: place.find(in: catalog).id)
        }
        let output = Output()
        var table = TableText("ID", "NAME", "ROLE", "EMAIL", "STATE", "CREATED")
        for user in users {
            if store.json {
                output.line(UserText.object(user))
            } else {
                table.add(
                    "\(user.id)",
                    user.username,
                    user.role.rawValue,
                    user.email,
                    user.disabled == nil ? "enabled" : "disabled",
                    KeyText.time(user.created) ?? ""
                )
            }
        }
        if !store.json { table.write(to: output) }
        try output.flush()
    }
}

/// A user as commands show it.
enum UserText {
    /// Prints a user for machines, or a sentence.
    static func show(_ user: User, _ store: StoreArguments, _ sentence: String) throws {
        let output = Output()
        if store.json { output.line(object(user)) } else { output.line(sentence) }
        try output.flush()
    }

    static func object(_ user: User) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", user.id)
        object.add("public_id", user.publicID)
        object.add("name", user.username)
        object.add("full_name", user.fullName)
        object.add("email", user.email)
        object.add("role", user.role.rawValue)
        object.add("disabled", user.disabled != nil)
        object.add("created_at", KeyText.time(user.created))
        return object
    }
}

/// What organizations and users may be called.
enum NameRule {
    private static let maxBytes = 255

    static func check(_ name: String) throws {
        guard (1...maxBytes).contains(name.utf8.count), !HiddenCharacters.areIn(name) else {
            throw ValidationError(
                "the name must have 1 to \(maxBytes) bytes, and no control characters or characters that change the "
                    + "direction of text"
            )
        }
    }
}
