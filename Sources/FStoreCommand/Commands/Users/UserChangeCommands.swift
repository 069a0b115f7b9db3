internal import ArgumentParser
internal import FStoreCatalog
internal import FStoreIdentity

/// Which user a command is about.
struct UserArguments: ParsableArguments {
    @OptionGroup var place: OrganizationArguments

    @Argument(help: "The user's name, number or id (usr_\u{2026}).")
    var user: String

    /// The user, of the organization that is meant.
    func find(in catalog: Catalog) async throws -> User {
        try await Self.find(user, in: place.find(in: catalog), of: catalog)
    }

    /// A user of an organization, by name, number or id.
    static func find(_ text: String, in organization: Organization, of catalog: Catalog) async throws -> User {
        let users = try await catalog.users(organization: organization.id)
        let found = users.first { $0.username == text } ?? users.first { text == "\($0.id)" || text == $0.publicID }
        if let found { return found }
        throw CommandError(
            .no,
            "unknown_user",
            "there is no user \"\(text)\" in the organization \"\(organization.name)\"; "
                + KnownNames.sentence("user", users.map(\.username))
        )
    }
}

/// `fstore user role`
struct UserRoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Give a user another role. The user's keys and sessions do no more than it allows."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var user: UserArguments

    @Argument(help: "viewer, developer, admin or operator.")
    var role: Role

    func run() throws {
        let changed = try store.changeCatalog { [user, role] catalog in
            let found = try await user.find(in: catalog)
            return try await catalog.setRole(
                role,
                ofUser: found.id,
                organization: found.organizationID,
                by: .typing
            )
        }
        try UserText.show(changed, store, "\(changed.username) is \(changed.role.rawValue) now")
    }
}

/// `fstore user disable`
struct UserDisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Disable a user: the user's keys and sessions are refused until the user is enabled again."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var user: UserArguments

    func run() throws {
        let changed = try UserChange.setDisabled(true, user, store)
        try UserText.show(changed, store, "disabled the user \(changed.username)")
    }
}

/// `fstore user enable`
struct UserEnableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Enable a user again.")

    @OptionGroup var store: StoreArguments
    @OptionGroup var user: UserArguments

    func run() throws {
        let changed = try UserChange.setDisabled(false, user, store)
        try UserText.show(changed, store, "enabled the user \(changed.username)")
    }
}

/// What disabling and enabling have in common.
private enum UserChange {
    static func setDisabled(_ isDisabled: Bool, _ user: UserArguments, _ store: StoreArguments) throws -> User {
        try store.changeCatalog { catalog in
            let found = try await user.find(in: catalog)
            return try await catalog.setDisabled(
                isDisabled,
                user: found.id,
                organization: found.organizationID,
                by: .typing
            )
        }
    }
}

/// `fstore user delete`
struct UserDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a user for good, with their keys and sessions.",
        discussion: "Asks first on a terminal; elsewhere --yes is needed."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var user: UserArguments

    @Flag(help: "Do not ask.")
    var yes = false

    func run() throws {
        let removed = try store.changeCatalog { [user, yes] catalog in
            let found = try await user.find(in: catalog)
            try Confirmation.require(yes, "the user \"\(found.username)\"")
            try await catalog.removeUser(
                found.id,
                organization: found.organizationID,
                by: .typing
            )
            return found
        }
        try UserText.show(removed, store, "removed the user \(removed.username)")
    }
}
