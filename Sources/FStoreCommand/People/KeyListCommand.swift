internal import FStoreIdentity
internal import ArgumentParser
internal import FStoreCatalog

/// `fstore key list`
struct KeyListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the API keys of an organization, newest first. Their text is not kept anywhere."
    )

    private static let pageLength = 500

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    func run() throws {
        let keys = try store.withCatalog { [place] catalog in
            let organization = try await place.find(in: catalog)
            var keys: [APIKey] = []
            while true {
                let page = try await catalog.keys(
                    organization: organization.id,
                    offset: keys.count,
                    limit: Self.pageLength
                )
                keys += page.items
                if page.items.isEmpty || keys.count >= page.total { return keys }
            }
        }
        let output = Output()
        var table = TableText("ID", "KEY", "NAME", "ROLE", "A MINUTE", "EXPIRES", "LAST USED", "STATE")
        for key in keys {
            if store.json {
                output.line(KeyText.object(key))
            } else {
                table.add(
                    key.id,
                    key.prefix,
                    key.name,
                    key.role.rawValue,
                    key.quota.rawValue,
                    KeyText.time(key.expires) ?? "",
                    KeyText.time(key.lastUsed) ?? "",
                    KeyText.state(key)
                )
            }
        }
        if !store.json { table.write(to: output) }
        try output.flush()
    }
}
