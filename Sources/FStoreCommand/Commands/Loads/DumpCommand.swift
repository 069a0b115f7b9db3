internal import ArgumentParser
internal import FStore
internal import FStoreConnectors

/// `fstore dump`
struct DumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Write all features and values as NDJSON, one on each line.",
        discussion: """
            Of several commits for one event time the newest is written. Deleted values are left out. All of it is \
            the state of one moment, also when others write meanwhile. `fstore load --format dump --create FILE` \
            reads it back; the values then have new commit times.
            """
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("Only these features, by name or UUID.", valueName: "feature"))
    var features: [String] = []

    @Option(help: ArgumentHelp("Only event times from this one on.", valueName: "time"), transform: TimeText.parseBound)
    var from: Timestamp?

    @Option(help: ArgumentHelp("Only event times up to this one.", valueName: "time"), transform: TimeText.parseBound)
    var to: Timestamp?

    @Flag(help: "Leave the definitions out.")
    var cellsOnly = false

    func run() throws {
        let opened = try store.open(.readOnly)
        defer { opened.close() }
        let output = Output()
        let place = try space.find(in: store)
        let chosen = try features.isEmpty ? all(opened, place) : features.map { try place.feature($0, in: opened) }
        if !cellsOnly {
            for feature in chosen { output.line(DumpDefinition.object(feature)) }
        }
        if let knownAt = try opened.lastCommitTime() {
            for feature in chosen { try dump(feature, knownAt, opened, to: output) }
        }
        try output.flush()
        if features.isEmpty { try place.explainEmptiness(in: opened) }
    }

    private func all(_ store: FeatureStore, _ place: FeatureSpace) throws -> [Feature] {
        var features: [Feature] = []
        while true {
            let page = try store.features(FeatureFilter(space: place.number), offset: features.count, limit: 1000)
            features += page.features
            if page.features.isEmpty || features.count >= page.total { return features }
        }
    }

    /// Page by page, so that no read stays open while the output is blocked.
    private func dump(_ feature: Feature, _ knownAt: Timestamp, _ store: FeatureStore, to output: Output) throws {
        var after: EntityID?
        repeat {
            let page = try store.entities(of: feature.handle, at: .latest(knownAt: knownAt), limit: 1000, after: after)
            for (entity, _) in page.entities {
                try HistoryPages(
                    store: store,
                    feature: feature,
                    entity: entity,
                    from: from,
                    through: to,
                    knownAt: knownAt
                )
                .forEach { entry in
                    output.line(HistoryText.object(entry, feature: feature, entity: entity))
                }
                try output.check()
            }
            after = page.next
        } while after != nil
    }
}
