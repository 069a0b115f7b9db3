internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// `fstore delete`
struct DeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete the value at exactly one event time.",
        discussion: """
            Writes a tombstone: the value is gone from now on, but questions with an earlier --known-at still see \
            it. `fstore erase` removes values from the disk.
            """
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("The feature's name or UUID.", valueName: "feature"))
    var feature: String

    @Argument(help: "The entity.")
    var entity: String

    @Option(help: ArgumentHelp("The event time: RFC 3339.", valueName: "time"), transform: TimeText.parse)
    var at: Timestamp

    func run() throws {
        let opened = try store.open(.readWriteExisting)
        defer { opened.close() }
        let known = try space.find(in: store).feature(feature, in: opened)
        let trail = try CommandTrail(store, space: known.handle.space)
        let receipt = try opened.delete(known.handle, for: EntityID(entity), at: at)
        let details = [("feature", known.name), ("entities", "1"), ("time", at.description)]
        trail.note(.valuesDelete, "\(known.id)", details)
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("timestamp", at)
            object.add("committed_at", receipt.commitTime)
            output.line(object)
        } else {
            output.line(receipt.commitTime.description)
        }
        try output.flush()
    }
}
