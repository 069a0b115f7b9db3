internal import ArgumentParser
internal import FStore

/// `fstore feature show`
struct FeatureShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show everything about a feature.")

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("Its name or UUID.", valueName: "feature"))
    var feature: String

    func run() throws {
        let opened = try store.open(.readOnly)
        defer { opened.close() }
        let output = Output()
        FeatureText.write(try space.feature(feature, in: opened), asJSON: store.json, to: output)
        try output.flush()
    }
}
