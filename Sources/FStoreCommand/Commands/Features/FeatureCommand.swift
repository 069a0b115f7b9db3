internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// `fstore feature`, which only groups its commands.
struct FeatureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feature",
        abstract: "Define, list, show, change and delete features.",
        subcommands: [
            FeatureCreateCommand.self, FeatureListCommand.self, FeatureShowCommand.self, FeatureUpdateCommand.self,
            FeatureDeleteCommand.self,
        ]
    )
}

/// `fstore feature create`
struct FeatureCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Define a feature.")

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: "The name, unique in the organization.")
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
        let place = try space.find(in: store)
        let opened = try store.open(.readWriteExisting)
        defer { opened.close() }
        let definition = FeatureDefinition(
            name: name,
            space: place.number,
            type: type,
            ttl: details.ttl,
            retention: Retention(
                maxAge: details.maxAge,
                maxVersions: details.maxVersions,
                keepLatest: details.keepLatest ?? false
            ),
            description: details.description ?? "",
            owner: details.owner ?? "",
            tags: details.tag,
            source: details.source ?? ""
        )
        let trail = try CommandTrail(store, space: place.number)
        let made = try opened.define(definition, mustBeNew: true)
        trail.note(.featureCreate, "\(made.id)", [("name", made.name)])
        let output = Output()
        FeatureText.write(made, asJSON: store.json, to: output)
        try output.flush()
    }
}

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
        FeatureText.write(try space.find(in: store).feature(feature, in: opened), asJSON: store.json, to: output)
        try output.flush()
    }
}

/// `fstore feature delete`
struct FeatureDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a feature with all its values, and free their space."
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("Its name or UUID.", valueName: "feature"))
    var feature: String

    func run() throws {
        let opened = try store.open(.readWriteExisting)
        defer { opened.close() }
        let doomed = try space.find(in: store).feature(feature, in: opened)
        let trail = try CommandTrail(store, space: doomed.handle.space)
        try opened.delete(doomed.handle)
        trail.note(.featureDelete, "\(doomed.id)", [("name", doomed.name)])
        // It is deleted now, whatever becomes of its space.
        let output = Output()
        let report: SweepReport
        do throws(MaintenanceError) {
            report = try opened.reclaim()
        } catch {
            if store.json {
                var object = JSONObjectText()
                object.add("deleted", doomed.name)
                object.add("id", doomed.id.description)
                object.add("warning", "\(error)")
                output.line(object)
            } else {
                output.line("deleted \"\(doomed.name)\"; \(error)")
            }
            return try output.flush()
        }
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

/// What can be said about a feature when it is made and when it is changed.
struct FeatureArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long a value counts, such as 90s, 15m, 12h or 30d. Older ones are EXPIRED.",
            valueName: "duration"
        ),
        transform: DurationArgument.parse
    )
    var ttl: Duration?

    @Option(
        help: ArgumentHelp("Keep values for this long after their event time.", valueName: "duration"),
        transform: DurationArgument.parse
    )
    var maxAge: Duration?

    @Option(help: ArgumentHelp("Keep this many values of each entity, the newest ones.", valueName: "number"))
    var maxVersions: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Keep the newest value of each entity, however old it is."
    )
    var keepLatest: Bool?

    @Option(help: "What the feature is, for people.")
    var description: String?

    @Option(help: "The person or team that is responsible.")
    var owner: String?

    @Option(help: "A tag. May be repeated.")
    var tag: [String] = []

    @Option(help: "Where the values come from.")
    var source: String?
}
