internal import ArgumentParser
internal import FStore
internal import FStoreText
internal import Glibc

/// `fstore backup`
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a consistent copy of the store and the catalog, while others read and write.",
        discussion: """
            The key that the secrets of sources are sealed with stays out of it unless --with-secret-key is given: who
            holds the catalog and the key can read those secrets. Keep the file secret.key elsewhere.
            """
    )

    @OptionGroup var store: StoreArguments

    @Argument(help: ArgumentHelp("A directory that is empty or does not exist.", valueName: "directory"))
    var target: String

    @Flag(help: "Copy the key of the secrets, too.")
    var withSecretKey = false

    func run() throws {
        let opened = try store.open(.readOnly)
        defer { opened.close() }
        try opened.backup(to: target)
        let hasCatalog: Bool
        do {
            hasCatalog = try CatalogCopy(source: store.directory, target: target).backUp(withSecretKey: withSecretKey)
        } catch {
            // Values without their catalog are no backup of what a server serves.
            _ = unsafe unlink(target + "/" + FeatureStore.fileName)
            throw error
        }
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("backup", target)
            object.add("catalog", hasCatalog)
            output.line(object)
        } else {
            output.line("backed up \(store.directory) to \(target)\(hasCatalog ? ", with its catalog" : "")")
        }
        try output.flush()
    }
}

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
