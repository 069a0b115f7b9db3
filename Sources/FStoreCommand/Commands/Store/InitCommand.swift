internal import ArgumentParser
internal import FStore
internal import FStoreText

/// `fstore init`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "init", abstract: "Make a store.")

    @OptionGroup var store: StoreArguments

    func run() throws {
        if let existing = try? store.open(.readOnly) {
            existing.close()
            throw CommandError(.cannotCreate, "exists", "there is a store in \(store.directory) already")
        }
        let opened = try store.open(.readWrite)
        defer { opened.close() }
        let mapBytes = try opened.statistics().mapBytes
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("data", store.directory)
            object.add("map_bytes", mapBytes)
            output.line(object)
        } else {
            output.line("made a store in \(store.directory) that can grow to \(ByteSizeText.text(mapBytes))")
        }
        try output.flush()
    }
}
