internal import ArgumentParser
internal import FStore

/// `fstore feature create`
struct FeatureCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Define a feature.")

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: "The name, unique within the space.")
    var name: String

    @Option(
        help: ArgumentHelp(
            "float64, int64, bool, string, bytes, timestamp, vector(N) or json (default: the first value decides).",
            valueName: "type"
        ),
        transform: ValueTypeText.parse
    )
    var type: ValueType?

    @OptionGroup var details: FeatureArguments

    func run() throws {
        let opened = try store.open(.readWriteExisting)
        defer { opened.close() }
        let definition = FeatureDefinition(
            name: name,
            space: space.space,
            type: type,
            ttl: details.ttl,
            retention: Retention(maxAge: details.maxAge, maxVersions: details.maxVersions),
            description: details.description ?? "",
            owner: details.owner ?? "",
            tags: details.tag,
            source: details.source ?? ""
        )
        let output = Output()
        FeatureText.write(try opened.define(definition), asJSON: store.json, to: output)
        try output.flush()
    }
}
