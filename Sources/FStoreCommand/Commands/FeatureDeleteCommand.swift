internal import ArgumentParser
internal import FStore
internal import FStoreText

/// `fstore feature delete`
struct FeatureDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a feature with all its values, and take back their space."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("Its name or UUID.", valueName: "feature"))
    var feature: String

    func run() throws {
        let opened = try store.open(.readWriteExisting)
        defer { opened.close() }
        let doomed = try space.feature(feature, in: opened)
        try opened.delete(doomed.handle)
        let report = try opened.sweep()
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("deleted", doomed.name)
            object.add("id", doomed.id.description)
            object.add("reclaimed_cells", report.reclaimedCells)
            output.line(object)
        } else {
            output.line("deleted \"\(doomed.name)\" and reclaimed \(report.reclaimedCells) cells")
        }
        try output.flush()
    }
}
