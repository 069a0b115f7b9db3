internal import ArgumentParser
internal import FStore
internal import FStoreText
internal import Glibc

/// `fstore backup`
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the store and the catalog, while others read and write.",
        discussion: """
            The file secret.key is not copied, unless --with-secret-key is given: whoever has the catalog and this \
            key can read the passwords of sources. Keep a copy of secret.key in another place.
            """
    )

    @OptionGroup var store: StoreArguments

    @Argument(help: ArgumentHelp("A directory that is empty or does not exist.", valueName: "directory"))
    var target: String

    @Flag(help: "Copy secret.key too, which opens the passwords of sources.")
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
        abstract: "Copy a backup into the directory of the store, which must be empty or not exist."
    )

    @OptionGroup var store: StoreArguments

    @Argument(help: ArgumentHelp("The directory of the backup.", valueName: "backup"))
    var backup: String

    func run() throws {
        let aftercare = RestoreAftercare(directory: store.directory)
        try FeatureStore.restore(from: backup, to: store.directory)
        let hasCatalog: Bool
        do {
            hasCatalog = try CatalogCopy(source: backup, target: store.directory).restore()
            try aftercare.giveFilesAway()
        } catch {
            _ = unsafe unlink(store.directory + "/" + FeatureStore.fileName)
            throw error
        }
        let warnings = [hasCatalog ? try aftercare.secretWarning(in: store) : nil, aftercare.ownerNote]
            .compactMap(\.self)
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("restored", backup)
            object.add("data", store.directory)
            object.add("catalog", hasCatalog)
            object.add("warnings", warnings)
            output.line(object)
        } else {
            output.line("restored \(backup) to \(store.directory)\(hasCatalog ? ", with its catalog" : "")")
        }
        try output.flush()
        if store.json { return }
        let notes = Output(descriptor: 2)
        for warning in warnings { notes.line("warning: \(warning)") }
        try notes.flush()
    }
}
