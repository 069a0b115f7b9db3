internal import ArgumentParser
internal import FStore
internal import FStoreText

/// `fstore feature list`
struct FeatureListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List features, in the order in which they were defined."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Option(help: "Only features with this tag.")
    var tag: String?

    @Option(help: "Only features of this owner.")
    var owner: String?

    @Option(help: "Only features whose names begin with this text.")
    var prefix: String?

    @Option(help: "List at most this many.")
    var limit: Int?

    @Option(help: "Skip this many features first.")
    var offset = 0

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
        if offset < 0 { throw ValidationError("--offset must not be negative") }
    }

    func run() throws {
        let opened = try store.open(.readOnly)
        defer { opened.close() }
        let place = try space.find(in: store)
        let filter = FeatureFilter(space: place.number, tags: tag.map { [$0] } ?? [], owner: owner, namePrefix: prefix)
        let output = Output()
        var table = TableText("NAME", "TYPE", "TTL", "OWNER", "TAGS", "ID")
        var position = offset
        var left = limit ?? .max
        while left > 0 {
            let page = try opened.features(filter, offset: position, limit: min(left, 1000))
            for feature in page.features { add(feature, to: &table, or: output) }
            position += page.features.count
            left -= page.features.count
            if page.features.isEmpty || position >= page.total { break }
        }
        if !store.json { table.write(to: output) }
        try output.flush()
        try place.explainEmptiness(in: opened)
    }

    private func add(_ feature: Feature, to table: inout TableText, or output: Output) {
        if store.json { return output.line(FeatureText.object(feature)) }
        let definition = feature.definition
        table.add(
            feature.name,
            definition.type?.description ?? "(open)",
            definition.ttl.map(DurationText.text) ?? "",
            definition.owner,
            definition.tags.joined(separator: ","),
            feature.id.description
        )
    }
}
