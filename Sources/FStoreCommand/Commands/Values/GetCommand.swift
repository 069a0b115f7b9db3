internal import ArgumentParser
internal import FStore
internal import FStoreConnectors
internal import FStoreText

/// `fstore get`
struct GetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Ask what values are, or were at any time.",
        discussion: """
            FEATURES and ENTITIES are lists with commas. Write \\, for a comma inside a name.

            Without times the answer is the newest value. --as-of asks for the value at a moment; --from and --to \
            ask for the history, oldest first. --known-at leaves out what the store learned later.

            --queries reads questions from a CSV file with the header entity,as_of[,known_at], and answers every row \
            for every feature. as_of is a time or now. An empty known_at is no limit.

            If you ask for one feature of one entity and it has no value, the status is 1.
            """
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("Features by name or UUID: f or f,g,h.", valueName: "features"))
    var features: String

    @Argument(help: ArgumentHelp("Entities: e or e,f,g.", valueName: "entities"))
    var entities: String?

    @Option(
        help: ArgumentHelp("The value at this time: RFC 3339 or now.", valueName: "time"),
        transform: TimeText.parseBound
    )
    var asOf: Timestamp?

    @Option(
        help: ArgumentHelp("Only what the store knew at this time: RFC 3339, or now for all of it.", valueName: "time"),
        transform: TimeText.parseKnowledge
    )
    var knownAt: Timestamp?

    @Option(help: ArgumentHelp("The history from this time on.", valueName: "time"), transform: TimeText.parseBound)
    var from: Timestamp?

    @Option(help: ArgumentHelp("The history up to this time.", valueName: "time"), transform: TimeText.parseBound)
    var to: Timestamp?

    @Option(help: ArgumentHelp("Answer the questions in a CSV file; - is the standard input.", valueName: "file"))
    var queries: String?

    @Option(
        help: ArgumentHelp(
            "The zone of times in the questions without an offset, such as Europe/Zurich (default: UTC).",
            valueName: "zone"
        )
    )
    var timeZone: String?

    /// Beyond the last moment that a commit can have there is nothing to leave out.
    private var knownBound: Timestamp? { knownAt == .last ? nil : knownAt }

    func validate() throws {
        if (entities == nil) == (queries == nil) { throw ValidationError("give either entities or --queries") }
        let isHistory = from != nil || to != nil
        if isHistory, asOf != nil { throw ValidationError("--as-of cannot be combined with --from and --to") }
        if queries != nil, isHistory || asOf != nil || knownAt != nil {
            throw ValidationError(
                "--queries cannot be combined with --as-of, --known-at, --from and --to: the file has the times"
            )
        }
        if timeZone != nil, queries == nil { throw ValidationError("--time-zone is for the times of --queries") }
    }

    func run() throws {
        let opened = try store.open(.readOnly)
        defer { opened.close() }
        let place = try space.find(in: store)
        let chosen = try place.features(features, in: opened)
        let output = Output()
        if let queries {
            let zone = try timeZone.map { name throws(InputError) in try TimeZoneDirectory.rules(name) } ?? nil
            let file = try QueryFile(InputFile(queries), features: chosen, store: opened, zone: zone)
            try file.answer(to: output, asJSON: store.json)
        } else {
            let names = try EscapedText.split(entities ?? "", at: ",").map { try EntityID($0) }
            if from != nil || to != nil {
                try history(chosen, names, opened, output)
            } else {
                let isEmpty = try values(chosen, names, opened, output)
                if isEmpty {
                    try output.flush()
                    try place.explainMissing(chosen, in: opened)
                    if chosen.count == 1, names.count == 1 { throw SilentExit(status: .no) }
                }
            }
        }
        try output.flush()
    }

    /// - Returns: whether no value was found at all.
    private func values(
        _ features: [Feature],
        _ names: [EntityID],
        _ store: FeatureStore,
        _ output: Output
    ) throws -> Bool {
        let time = PointInTime(asOf: asOf, knownAt: knownBound)
        let answers = try store.values(of: FeatureList(features.map(\.handle)), for: EntityList(names), at: time)
        var table = TableText("ENTITY", "FEATURE", "STATUS", "VALUE", "EVENT TIME", "COMMIT TIME")
        for (position, entity) in names.enumerated() {
            for (index, feature) in features.enumerated() {
                let answer = answers[index][position]
                if self.store.json {
                    output.line(AnswerText.object(answer, feature: feature, entity: entity))
                } else {
                    table.add(
                        entity.text,
                        feature.name,
                        answer.status.description,
                        answer.value?.text ?? "",
                        answer.eventTime?.description ?? "",
                        answer.commitTime?.description ?? ""
                    )
                }
            }
        }
        if !self.store.json { table.write(to: output) }
        return answers.allSatisfy { row in row.allSatisfy { $0.status == .missing } }
    }

    private func history(_ features: [Feature], _ names: [EntityID], _ store: FeatureStore, _ output: Output) throws {
        var isFirst = true
        for entity in names {
            for feature in features {
                let pages = HistoryPages(
                    store: store,
                    feature: feature,
                    entity: entity,
                    from: from,
                    through: to,
                    knownAt: knownBound
                )
                try pages.forEachPage { entries in
                    write(entries, feature, entity, withHeader: isFirst, to: output)
                    isFirst = false
                    try output.check()
                }
            }
        }
    }

    private func write(
        _ entries: [HistoryEntry],
        _ feature: Feature,
        _ entity: EntityID,
        withHeader: Bool,
        to output: Output
    ) {
        var table = TableText("ENTITY", "FEATURE", "EVENT TIME", "VALUE", "COMMIT TIME")
        for entry in entries {
            if store.json {
                output.line(HistoryText.object(entry, feature: feature, entity: entity))
            } else {
                let value = entry.value == .null ? "NULL" : entry.value.text
                table.add(
                    entity.text,
                    feature.name,
                    entry.eventTime.description,
                    value,
                    entry.commitTime.description
                )
            }
        }
        if !store.json { table.write(to: output, withHeader: withHeader) }
    }
}
