internal import FStoreIdentity
internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreSecurity
internal import FStoreServices
internal import FStoreText

/// `fstore key`, which only groups its commands.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make, list, rotate and revoke API keys. A running server notices within two seconds.",
        subcommands: [KeyCreateCommand.self, KeyListCommand.self, KeyRotateCommand.self, KeyRevokeCommand.self]
    )
}

/// `fstore key list`
struct KeyListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the API keys of an organization, newest first. The keys themselves are not stored."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    func run() throws {
        let keys = try store.withCatalog { [place] catalog in
            try await catalog.keys(organization: place.find(in: catalog).id, offset: 0, limit: .max).items
        }
        let output = Output()
        var table = TableText("ID", "KEY", "NAME", "ROLE", "A MINUTE", "EXPIRES", "LAST USED", "STATE")
        for key in keys {
            if store.json {
                output.line(key.json)
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

/// `fstore key revoke`
struct KeyRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "End an API key for good.")

    @OptionGroup var store: StoreArguments
    @OptionGroup var place: OrganizationArguments

    @Argument(help: "The id that fstore key list shows.")
    var id: String

    func run() throws {
        let key = try store.changeCatalog { [place, id] catalog in
            let organization = try await place.find(in: catalog)
            return try await catalog.revokeKey(id, organization: organization.id, by: .typing)
        }
        let output = Output()
        if store.json {
            output.line(key.json)
        } else {
            output.line("revoked \(key.id), \(key.prefix)")
        }
        try output.flush()
    }
}

/// An API key as commands show it.
enum KeyText {
    /// Prints a new key with its text, which nothing shows again.
    static func show(_ key: APIKey, _ code: APIKeyCode, _ store: StoreArguments) throws {
        let output = Output()
        if store.json {
            var object = key.json
            object.add("key", code.text)
            output.line(object)
        } else {
            output.line(code.text)
        }
        try output.flush()
    }

    /// What the key is good for now.
    static func state(_ key: APIKey) -> String {
        if key.revoked != nil { return "revoked" }
        if let expires = key.expires, expires <= Timestamp.now().nanoseconds { return "expired" }
        return "valid"
    }

    static func time(_ nanoseconds: UnixNanoseconds?) -> String? {
        nanoseconds.map { Timestamp(nanoseconds: $0).description }
    }
}
