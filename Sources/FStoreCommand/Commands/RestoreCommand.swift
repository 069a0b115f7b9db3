internal import ArgumentParser
internal import FStore
internal import FStoreText

/// `fstore restore`
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup into the store's directory, which must be empty or not exist."
    )

    @OptionGroup var store: StoreArguments

    @Argument(help: ArgumentHelp("The directory of the backup.", valueName: "backup"))
    var backup: String

    func run() throws {
        try FeatureStore.restore(from: backup, to: store.directory)
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("restored", backup)
            object.add("data", store.directory)
            output.line(object)
        } else {
            output.line("restored \(backup) to \(store.directory)")
        }
        try output.flush()
    }
}
