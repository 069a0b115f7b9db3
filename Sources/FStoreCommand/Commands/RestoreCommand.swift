internal import ArgumentParser
internal import FStore
internal import FStoreText
internal import Glibc

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
        let hasCatalog: Bool
        do {
            hasCatalog = try CatalogCopy(source: backup, target: store.directory).restore()
        } catch {
            _ = unsafe unlink(store.directory + "/" + FeatureStore.fileName)
            throw error
        }
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("restored", backup)
            object.add("data", store.directory)
            object.add("catalog", hasCatalog)
            output.line(object)
        } else {
            output.line("restored \(backup) to \(store.directory)\(hasCatalog ? ", with its catalog" : "")")
        }
        try output.flush()
    }
}
