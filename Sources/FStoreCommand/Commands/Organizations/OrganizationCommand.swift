internal import ArgumentParser
internal import FStoreCatalog
internal import FStoreServices
internal import FStoreText

/// `fstore organization`, which only groups its commands.
struct OrganizationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organization",
        abstract: "Make and list organizations: none sees anything of another.",
        subcommands: [OrganizationCreateCommand.self, OrganizationListCommand.self]
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
        let organization = try store.withCatalog { [name] in try await $0.createOrganization(name: name) }
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("id", organization.id)
            object.add("name", organization.name)
            output.line(object)
        } else {
            output.line("made the organization \(organization.name), whose values are in space \(organization.id)")
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
        var table = TableText("SPACE", "NAME", "CREATED")
        for organization in organizations {
            if store.json {
                var object = JSONObjectText()
                object.add("id", organization.id)
                object.add("name", organization.name)
                object.add("created_at", KeyText.time(organization.created))
                output.line(object)
            } else {
                table.add("\(organization.id)", organization.name, KeyText.time(organization.created) ?? "")
            }
        }
        if !store.json { table.write(to: output) }
        try output.flush()
    }
}

/// Which organization a command is about.
struct OrganizationArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The name of the organization.", valueName: "name"))
    var organization = FirstStart.organization

    /// The organization of that name.
    func find(in catalog: Catalog) async throws -> Organization {
        let all = try await catalog.organizations()
        guard let found = all.first(where: { $0.name == organization }) else {
            let names = all.map(\.name).joined(separator: ", ")
            throw CommandError(
                .no,
                "unknown_organization",
                "there is no organization \"\(organization)\"; there is \(names)"
            )
        }
        return found
    }
}
