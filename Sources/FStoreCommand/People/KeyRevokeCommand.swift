internal import ArgumentParser
internal import FStoreCatalog

/// `fstore key revoke`
struct KeyRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End an API key for good.")

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    @Argument(help: "The id that fstore key list shows.")
    var id: String

    func run() throws {
        let key = try store.withCatalog { [place, id] catalog in
            let organization = try await place.find(in: catalog)
            return try await catalog.revokeKey(id, organization: organization.id)
        }
        let output = Output()
        if store.json {
            output.line(KeyText.object(key))
        } else {
            output.line("revoked \(key.id), \(key.prefix)")
        }
        try output.flush()
    }
}
