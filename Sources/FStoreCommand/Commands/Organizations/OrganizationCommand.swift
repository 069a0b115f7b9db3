internal import ArgumentParser
internal import FStoreCatalog
internal import FStoreServices
internal import FStoreText

/// `fstore organization`, which only groups its commands.
struct OrganizationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organization",
        abstract: "Make, list and change organizations. Each sees only its own features and keys.",
        subcommands: [
            OrganizationCreateCommand.self, OrganizationListCommand.self, OrganizationShowCommand.self,
            OrganizationQuotaCommand.self, OrganizationTierCommand.self, OrganizationDisableCommand.self,
            OrganizationEnableCommand.self, OrganizationDeleteCommand.self,
        ]
    )
}

/// `fstore organization create`
struct OrganizationCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make an organization.")

    @OptionGroup var store: StoreArguments

    @Argument(help: "The name, unique in the catalog.")
    var name: String

    func validate() throws { try NameRule.check(name) }

    func run() throws {
        let organization = try store.changeCatalog { [name] in
            try await $0.createOrganization(name: name, by: .typing)
        }
        let output = Output()
        if store.json {
            output.line(OrganizationText.object(organization))
        } else {
            let name = organization.name
            output.line("made the organization \(name); its features are in space \(organization.space)")
        }
        try output.flush()
    }
}

/// `fstore organization list`
struct OrganizationListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List organizations, oldest first.")

    @OptionGroup var store: StoreArguments

    func run() throws {
        let organizations = try store.withCatalog { try await $0.organizations() }
        let output = Output()
        var table = TableText("SPACE", "NAME", "STATUS", "CREATED")
        for organization in organizations {
            if store.json {
                output.line(OrganizationText.object(organization))
            } else {
                table.add(
                    "\(organization.space)",
                    organization.name,
                    organization.status.rawValue,
                    KeyText.time(organization.created) ?? ""
                )
            }
        }
        if !store.json { table.write(to: output) }
        try output.flush()
    }
}

/// The names that exist, in an error about one that does not.
enum KnownNames {
    private static let maxShown = 20

    /// `the organizations are default, acme`.
    static func sentence(_ noun: String, _ names: [String]) -> String {
        switch names.count {
        case 0: return "there is none yet"
        case 1: return "the only \(noun) is \(names[0])"
        default:
            let more = names.count > maxShown ? " and \(names.count - maxShown) more" : ""
            return "the \(noun)s are \(names.prefix(maxShown).joined(separator: ", "))\(more)"
        }
    }
}

/// Which organization a command is about.
struct OrganizationArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The name of the organization.", valueName: "name"))
    var organization = FirstStart.organization

    /// The organization of that name.
    func find(in catalog: Catalog) async throws -> Organization {
        try await Self.find(organization, in: catalog)
    }

    /// The organization called `name`.
    static func find(_ name: String, in catalog: Catalog) async throws -> Organization {
        let all = try await catalog.organizations()
        if let found = all.first(where: { $0.name == name }) { return found }
        throw CommandError(
            .no,
            "unknown_organization",
            "there is no organization \"\(name)\"; \(KnownNames.sentence("organization", all.map(\.name)))"
        )
    }
}
