internal import ArgumentParser
internal import FStore
internal import FStoreText

/// `fstore backup`
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a consistent copy of the store, while others read and write."
    )

    @OptionGroup var store: StoreArguments

    @Argument(help: ArgumentHelp("A directory that is empty or does not exist.", valueName: "directory"))
    var target: String

    func run() throws {
        let opened = try store.open(.readOnly)
        defer { opened.close() }
        try opened.backup(to: target)
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("backup", target)
            output.line(object)
        } else {
            output.line("backed up \(store.directory) to \(target)")
        }
        try output.flush()
    }
}
