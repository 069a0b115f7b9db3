internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreSecurity
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

            With --encrypt each file is sealed as it is written, and nothing is written in clear. Whoever loses the \
            key or the passphrase has lost the backup.
            """
    )

    @OptionGroup var store: StoreArguments

    @Argument(help: ArgumentHelp("A directory that is empty or does not exist.", valueName: "directory"))
    var target: String

    @Flag(help: "Copy secret.key too, which opens the passwords of sources.")
    var withSecretKey = false

    @Flag(help: "Seal the backup with a key or a passphrase.")
    var encrypt = false

    @OptionGroup var secret: BackupSecretArguments

    func validate() throws {
        if encrypt != secret.isGiven {
            throw ValidationError("--encrypt needs --key-file or --passphrase-file, and these need --encrypt")
        }
    }

    func run() throws {
        let opened = try store.open(.readOnly)
        defer { opened.close() }
        let mark = try opened.catalogMark()
        let hasCatalog: Bool
        do {
            if let secret = try secret.read() {
                let sealed = SealedBackup(source: store.directory, target: target, secret: secret)
                hasCatalog = try sealed.write(opened, withSecretKey: withSecretKey)
            } else {
                try opened.backup(to: target)
                let copy = CatalogCopy(source: store.directory, target: target)
                hasCatalog = try copy.backUp(withSecretKey: withSecretKey)
            }
            if hasCatalog, mark == nil, try opened.catalogMark() != nil {
                // The copy of the values does not know the catalog that the copy beside it does.
                throw CommandError(
                    .tryAgain,
                    "first_start",
                    "a server started on \(store.directory) for the first time during the backup; back it up again"
                )
            }
        } catch {
            if case MaintenanceError.notEmpty = error { throw error }
            // Values without their catalog are no backup of what a server serves.
            for name in SealedBackup.names {
                for ending in ["", SealedBackup.ending] { _ = unsafe unlink(target + "/" + name + ending) }
            }
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

    @OptionGroup var secret: BackupSecretArguments

    func run() throws {
        let aftercare = RestoreAftercare(directory: store.directory)
        let hasCatalog: Bool
        if SealedBackup.exists(in: backup) {
            guard let secret = try secret.read() else {
                throw CommandError(
                    .usage,
                    "sealed",
                    "the backup in \(backup) is sealed; give --key-file or --passphrase-file"
                )
            }
            hasCatalog = try SealedBackup(source: backup, target: store.directory, secret: secret).restore()
            try aftercare.giveFilesAway()
        } else {
            try FeatureStore.restore(from: backup, to: store.directory)
            do {
                hasCatalog = try CatalogCopy(source: backup, target: store.directory).restore()
                try aftercare.giveFilesAway()
            } catch {
                for ending in ["", "-lock"] {
                    _ = unsafe unlink(store.directory + "/" + FeatureStore.fileName + ending)
                }
                throw error
            }
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
