internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// An organization as commands show it.
enum OrganizationText {
    static func object(_ organization: Organization) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", organization.id)
        object.add("name", organization.name)
        object.add("space", organization.space)
        object.add("status", organization.status.rawValue)
        object.add("tier", organization.tier.rawValue)
        object.add("max_stored_bytes", organization.quotas.maxStoredBytes.map(FeatureValue.int64))
        object.add("max_writes_per_second", organization.quotas.maxWritesPerSecond.map(FeatureValue.int64))
        object.add("stored_bytes", organization.stored.map { FeatureValue.int64($0.bytes) })
        object.add("stored_bytes_at", KeyText.time(organization.stored?.time))
        object.add("created_at", KeyText.time(organization.created))
        object.add("deletion_began_at", KeyText.time(organization.deletionBegan))
        object.add("deletion_ended_at", KeyText.time(organization.deletionEnded))
        return object
    }

    /// Prints an organization: for machines, or field below field.
    static func show(_ organization: Organization, _ store: StoreArguments) throws {
        let output = Output()
        defer { try? output.flush() }
        if store.json { return output.line(object(organization)) }
        let stored = organization.stored.map { stored in
            "\(ByteSizeText.text(Int(stored.bytes))) at \(KeyText.time(stored.time) ?? "")"
        }
        let fields = [
            ("name", organization.name), ("id", "\(organization.id)"), ("space", "\(organization.space)"),
            ("status", organization.status.rawValue), ("tier", organization.tier.rawValue),
            ("stored bytes", organization.quotas.maxStoredBytes.map { "at most \($0)" } ?? "unlimited"),
            ("writes a second", organization.quotas.maxWritesPerSecond.map { "at most \($0)" } ?? "unlimited"),
            ("stored", stored ?? "not counted"), ("created", KeyText.time(organization.created) ?? ""),
            ("deletion began", KeyText.time(organization.deletionBegan) ?? ""),
            ("deletion ended", KeyText.time(organization.deletionEnded) ?? ""),
        ]
        let width = fields.map(\.0.count).max() ?? 0
        for (name, text) in fields where !text.isEmpty {
            output.line(name + String(repeating: " ", count: width - name.count + 2) + text)
        }
    }
}

/// Which organization a command changes.
struct ChangedOrganization: ParsableArguments {
    @OptionGroup var store: StoreArguments

    @Argument(help: "The name of the organization.")
    var name: String

    /// Changes the organization, and shows it as it is then.
    func change(_ update: OrganizationUpdate) throws {
        let changed = try store.changeCatalog { [name] catalog in
            let organization = try await OrganizationArguments.find(name, in: catalog)
            return try await catalog.updateOrganization(
                organization.id,
                update: update,
                by: .typing
            )
        }
        try OrganizationText.show(changed, store)
    }
}

/// `fstore organization show`
struct OrganizationShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show an organization.")

    @OptionGroup var store: StoreArguments

    @Argument(help: "The name of the organization.")
    var name: String

    func run() throws {
        let found = try store.withCatalog { [name] in try await OrganizationArguments.find(name, in: $0) }
        try OrganizationText.show(found, store)
    }
}

/// A quota as the command line has it.
struct QuotaArgument {
    /// `nil` for `none`.
    let limit: Int64?

    static func size(_ text: String) throws -> QuotaArgument {
        try QuotaArgument(text == "none" ? nil : Int64(ByteSizeText.parse(text)))
    }

    static func number(_ text: String) throws -> QuotaArgument {
        if text == "none" { return try QuotaArgument(nil) }
        guard let number = Int64(text) else { throw ValidationError("\"\(text.excerpt)\" is not a whole number") }
        return try QuotaArgument(number)
    }

    private init(_ limit: Int64?) throws {
        if let limit, limit < 1 { throw ValidationError("a quota must be at least 1, or none") }
        self.limit = limit
    }
}

/// `fstore organization quota`
struct OrganizationQuotaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota",
        abstract: "Limit what an organization may store and write. A running server notices within two seconds.",
        discussion: "The quotas limit what clients of the server write. Commands such as load are not limited."
    )

    @OptionGroup var organization: ChangedOrganization

    @Option(
        help: ArgumentHelp("Bytes of keys and values, history included, such as 512M, or none.", valueName: "size"),
        transform: QuotaArgument.size
    )
    var storedBytes: QuotaArgument?

    @Option(
        help: ArgumentHelp(
            "Values written in a second, each item of a batch and each line counted, or none.",
            valueName: "number"
        ),
        transform: QuotaArgument.number
    )
    var writesPerSecond: QuotaArgument?

    func validate() throws {
        if storedBytes == nil, writesPerSecond == nil {
            throw ValidationError("give --stored-bytes or --writes-per-second")
        }
    }

    func run() throws {
        var update = OrganizationUpdate()
        if let storedBytes { update.maxStoredBytes = .some(storedBytes.limit) }
        if let writesPerSecond { update.maxWritesPerSecond = .some(writesPerSecond.limit) }
        try organization.change(update)
    }
}

/// `fstore organization tier`
struct OrganizationTierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tier",
        abstract: "Apply the quotas of an organization, or lift them."
    )

    @OptionGroup var organization: ChangedOrganization

    @Argument(help: "standard: the quotas apply. unlimited: none of them does.")
    var tier: OrganizationTier

    func run() throws {
        var update = OrganizationUpdate()
        update.tier = tier
        try organization.change(update)
    }
}

/// `fstore organization disable`
struct OrganizationDisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Disable an organization: its keys and sessions are refused until it is enabled again."
    )

    @OptionGroup var organization: ChangedOrganization

    func run() throws {
        var update = OrganizationUpdate()
        update.isDisabled = true
        try organization.change(update)
    }
}

/// `fstore organization enable`
struct OrganizationEnableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Enable an organization again.")

    @OptionGroup var organization: ChangedOrganization

    func run() throws {
        var update = OrganizationUpdate()
        update.isDisabled = false
        try organization.change(update)
    }
}

/// `fstore organization delete`
struct OrganizationDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete an organization, with its users, keys and values.",
        discussion: """
            Its keys and sessions end at once. The server removes its values in the background, now or when it next \
            runs; show says when that is done. Asks first on a terminal; elsewhere --yes is needed.
            """
    )

    @OptionGroup var store: StoreArguments

    @Argument(help: "The name of the organization.")
    var name: String

    @Flag(help: "Do not ask.")
    var yes = false

    func run() throws {
        let deleted = try store.changeCatalog { [name, yes] catalog in
            let organization = try await OrganizationArguments.find(name, in: catalog)
            try Confirmation.require(yes, "the organization \"\(name)\" with all its values")
            return try await catalog.beginDeletion(
                ofOrganization: organization.id,
                by: .typing
            )
        }
        let output = Output()
        if store.json {
            output.line(OrganizationText.object(deleted))
        } else {
            output.line(
                "the organization \(name) is being deleted, and is now called \(deleted.name)"
            )
        }
        try output.flush()
    }
}

extension OrganizationTier: ExpressibleByArgument {}
