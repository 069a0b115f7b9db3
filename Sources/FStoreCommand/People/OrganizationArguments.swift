internal import ArgumentParser
internal import FStoreCatalog
internal import FStoreServices

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
