internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// `fstore maintenance`, which only groups its commands.
struct MaintenanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract: "Let the server take no changes for a while. A running server notices within two seconds.",
        discussion: """
            During maintenance the server answers changes with 503, except those with an operator's key. Reads go on. \
            Maintenance outlasts a restart. Commands on the files, such as load, are not stopped by it.
            """,
        subcommands: [MaintenanceOnCommand.self, MaintenanceOffCommand.self, MaintenanceStatusCommand.self]
    )
}

/// `fstore maintenance on`
struct MaintenanceOnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "on",
        abstract: "Begin maintenance, or change its message."
    )

    @OptionGroup var store: StoreArguments

    @Option(help: ArgumentHelp("What the server answers to changes.", valueName: "text"))
    var message = Maintenance.defaultMessage

    func validate() throws {
        guard Maintenance.messageBytes.contains(message.utf8.count), !HiddenCharacters.areIn(message) else {
            throw ValidationError(
                "--message must have 1 to \(Maintenance.messageBytes.upperBound) bytes, without control characters"
            )
        }
    }

    func run() throws { try MaintenanceText.set(message, in: store) }
}

/// `fstore maintenance off`
struct MaintenanceOffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "off", abstract: "End maintenance.")

    @OptionGroup var store: StoreArguments

    func run() throws { try MaintenanceText.set(nil, in: store) }
}

/// `fstore maintenance status`
struct MaintenanceStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the server is in maintenance."
    )

    @OptionGroup var store: StoreArguments

    func run() throws {
        try MaintenanceText.show(try store.withCatalog { try await $0.serverSettings().maintenance }, store)
    }
}

/// Maintenance as commands set and show it.
private enum MaintenanceText {
    static func set(_ message: String?, in store: StoreArguments) throws {
        let maintenance = try store.changeCatalog { catalog in
            try await catalog.setMaintenance(message: message, by: .typing)
        }
        try show(maintenance, store)
    }

    static func show(_ maintenance: Maintenance?, _ store: StoreArguments) throws {
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("enabled", maintenance != nil)
            object.add("message", maintenance?.message)
            object.add("since", KeyText.time(maintenance?.since))
            output.line(object)
        } else if let maintenance {
            output.line("in maintenance since \(KeyText.time(maintenance.since) ?? ""): \(maintenance.message)")
        } else {
            output.line("not in maintenance")
        }
        try output.flush()
    }
}
