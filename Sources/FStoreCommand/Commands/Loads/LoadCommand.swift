internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreConnectors
internal import FStoreText

/// `fstore load`
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load values from CSV, NDJSON or a dump.",
        discussion: """
            --feature NAME[=COLUMN][:TYPE] fills a feature from a column. Without COLUMN, the column has the name of \
            the feature. The word after the last colon is the type, if it is the name of a type. The first equals \
            sign separates feature and column. Write a backslash before a colon or an equals sign that belongs to a \
            name: a\\:float64.

            A row is stored whole or rejected whole. Rejected rows are counted, and the status is then 65; they do \
            not stop the load, unless there are more than --max-rejects. When none of the first thousand rows fits, \
            the load stops and leaves nothing behind.

            Each batch is one commit, which also records how far the load has come. --resume goes on after the last \
            one.
            """
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("The file; - is the standard input.", valueName: "file"))
    var file: String

    @Option(help: "The format (default: from the end of the file's name; .tsv is csv, .jsonl is ndjson).")
    var format: LoadFormat?

    @Option(help: ArgumentHelp("The column that names the entity. Several columns as a+b.", valueName: "column"))
    var entity: String?

    @Option(help: ArgumentHelp("The text between the parts when several columns name the entity.", valueName: "text"))
    var entitySeparator = ":"

    @Option(help: ArgumentHelp("The column with the event time.", valueName: "column"))
    var time: String?

    @Option(help: ArgumentHelp("How the times are written: as texts, or as numbers since 1970.", valueName: "unit"))
    var timeUnit = TimeUnit.rfc3339

    @Option(
        help: ArgumentHelp(
            "The zone of times without an offset, such as Europe/Zurich (default: UTC).",
            valueName: "zone"
        )
    )
    var timeZone: String?

    @Option(
        help: ArgumentHelp("A feature to fill, as NAME[=COLUMN][:TYPE]. May be repeated.", valueName: "feature"),
        transform: FeatureColumn.parse
    )
    var feature: [FeatureColumn] = []

    @Flag(
        help:
            "Make the store and the features that do not exist. From CSV they are float64, unless TYPE says otherwise."
    )
    var create = false

    @Option(
        help: ArgumentHelp(
            "A text that means there is no value. May be repeated. Default for CSV: the empty text and NA; none for "
                + "features of type string.",
            valueName: "text"
        )
    )
    var missing: [String] = []

    @Flag(help: "Store null where there is no value, instead of nothing.")
    var missingAsNull = false

    @Option(
        help: ArgumentHelp(
            "The character between the fields of CSV (default: a comma; for .tsv a tab). \\t is a tab.",
            valueName: "character"
        )
    )
    var delimiter: String?

    @Option(help: ArgumentHelp("Rows in one commit.", valueName: "rows"))
    var batch = 10_000

    @Option(help: ArgumentHelp("Write rejected rows here, as CSV: line,reason,row.", valueName: "file"))
    var reject: String?

    @Option(help: ArgumentHelp("Stop when more rows than this are rejected.", valueName: "number"))
    var maxRejects: Int?

    @Option(
        help: ArgumentHelp("The name of this load, for --resume (default: the name of the file).", valueName: "name")
    )
    var job: String?

    @Flag(help: "Go on after the last batch that was stored.")
    var resume = false

    @Flag(help: "Begin again from the start, though an earlier run was interrupted.")
    var restart = false

    func validate() throws {
        let format = try chosenFormat()
        if format != .dump {
            if entity == nil { throw ValidationError("--entity is needed: the column that names the entity") }
            if time == nil { throw ValidationError("--time is needed: the column with the event time") }
            if feature.isEmpty { throw ValidationError("--feature is needed: at least one feature to fill") }
        }
        if timeZone != nil, timeUnit != .rfc3339 {
            throw ValidationError("--time-zone is only for times written as texts; numbers count from 1970 in UTC")
        }
        for (index, column) in feature.enumerated()
        where feature[..<index].contains(where: { $0.feature == column.feature }) {
            throw ValidationError("--feature \(column.feature.excerpt) is given twice; name each feature once")
        }
        if resume, restart { throw ValidationError("--resume and --restart cannot be combined") }
        if !StoreLimits.batchCells.contains(batch) { throw ValidationError("--batch must be 1 to 50000") }
        if feature.count > StoreLimits.batchCells.upperBound {
            throw ValidationError("a load fills at most 50000 features; use several loads")
        }
        _ = try delimiterByte()
    }

    func run() throws {
        let input = try InputFile(file)
        let zone = try timeZone.map { name throws(InputError) in try TimeZoneDirectory.rules(name) } ?? nil
        let place = try space.find(in: store)
        let trail = create ? try CommandTrail(store, space: place.number) : nil
        let destination = LoadDestination(
            try existingStore(),
            space: place.number,
            mayCreate: create,
            defined: { trail?.note(.featureCreate, "\($0.id)", [("name", $0.name)]) },
            make: { [store] in try store.open(.readWrite) }
        )
        defer { destination.store?.close() }
        let name = job ?? LoadJob.defaultName(path: file)
        var load = FileLoad(
            input,
            format: try chosenFormat(),
            mapping: try mapping(destination, place, zone),
            into: destination,
            job: LoadJob(name, mode: resume ? .resume : restart ? .restart : .begin)
        )
        load.delimiter = try delimiterByte()
        load.rejectPath = reject
        load.options.batchRows = batch
        load.options.cellsPerRow = max(1, feature.count)
        load.options.maxRejects = maxRejects
        let summary = LoadSummary(job: name, outcome: try run(load))
        let output = Output()
        summary.write(asJSON: store.json, to: output)
        try output.flush()
        if let failure = summary.failure(rejectPath: reject) { throw failure }
    }

    private func run(_ load: FileLoad) throws -> LoadOutcome {
        var line = ProgressLine()
        defer { line.clear() }
        return try load.run { progress in
            let count = progress.counts.rows + progress.counts.rejected
            line.update(done: progress.readBytes, total: progress.totalBytes, count: count, unit: "rows")
        }
    }

    /// The store; `nil` when it is to be made once the input is known to fit.
    private func existingStore() throws -> FeatureStore? {
        do {
            return try store.open(.readWriteExisting)
        } catch OpenError.noStore where create {
            return nil
        }
    }

    private func mapping(
        _ destination: LoadDestination,
        _ place: FeatureSpace,
        _ zone: TimeZoneRules?
    ) throws -> RowMapping {
        let targets = try feature.map { column in
            do {
                return try destination.target(column.feature, column: column.column, type: column.type)
            } catch let error as LoadError {
                guard case .unknownFeature(let name, _, _) = error else { throw error }
                // The same error as that of the other commands, which know of other organizations.
                if let opened = destination.store {
                    _ = try place.feature(name, in: opened, otherwise: "define it, or load with --create")
                }
                throw error
            }
        }
        var mapping = RowMapping(
            entity: EscapedText.split(entity ?? "", at: "+"),
            time: time ?? "",
            targets: targets
        )
        mapping.entitySeparator = entitySeparator
        mapping.timeUnit = timeUnit
        mapping.timeZone = zone
        mapping.missing = missing.isEmpty ? nil : missing
        mapping.missingIsNull = missingAsNull
        return mapping
    }

    /// The format that was named, or that the file's name suggests.
    func chosenFormat() throws -> LoadFormat {
        guard let chosen = format ?? LoadFormat.guessed(from: file) else {
            throw ValidationError("the name \(file) does not tell the format; give --format csv, ndjson or dump")
        }
        return chosen
    }

    /// The one byte between fields.
    func delimiterByte() throws -> UInt8 {
        let text = delimiter ?? (file.hasSuffix(".tsv") ? "\t" : ",")
        if text == "\\t" { return 0x09 }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, !"\"\r\n".utf8.contains(byte) else {
            throw ValidationError("--delimiter must be one ASCII character other than a quote or a line end")
        }
        return byte
    }
}

extension LoadFormat: ExpressibleByArgument {}
extension TimeUnit: ExpressibleByArgument {}
