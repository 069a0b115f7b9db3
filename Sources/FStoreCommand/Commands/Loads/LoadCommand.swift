internal import ArgumentParser
internal import FStore
internal import FStoreConnectors
internal import FStoreText

/// `fstore load`
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load values from CSV, NDJSON or a dump.",
        discussion: """
            --feature NAME[=COLUMN][:TYPE] fills a feature from a column; without COLUMN, from the column of its name.
            What stands behind the last colon is the type when it is the name of one; of the rest, the first equals sign
            separates feature and column. A backslash makes the next character an ordinary one: a\\:float64 is a name.
            A row is written whole or, when anything in it is unfit, rejected whole. Rejected rows are counted and end
            the program with status 65, but they do not stop the load unless --max-rejects says so.
            When not one of the first thousand rows fits, the load ends early and leaves nothing behind.
            Each batch commits how far the load has come: --resume goes on exactly behind the last one.
            """
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("The file; - is the standard input.", valueName: "file"))
    var file: String

    @Option(help: "csv, ndjson or dump (default: as the file's name ends).")
    var format: LoadFormat?

    @Option(help: ArgumentHelp("The column that names the entity; several as a+b.", valueName: "column"))
    var entity: String?

    @Option(help: ArgumentHelp("What joins several entity columns.", valueName: "text"))
    var entitySeparator = ":"

    @Option(help: ArgumentHelp("The column with the event time.", valueName: "column"))
    var time: String?

    @Option(help: ArgumentHelp("rfc3339, s, ms, us or ns since 1970.", valueName: "unit"))
    var timeUnit = TimeUnit.rfc3339

    @Option(
        help: ArgumentHelp(
            "The zone of times without an offset, such as Europe/Zurich (default: UTC).",
            valueName: "zone"
        )
    )
    var timeZone: String?

    @Option(
        help: ArgumentHelp("A feature to fill, as NAME[=COLUMN][:TYPE]; may be repeated.", valueName: "feature"),
        transform: FeatureColumn.parse
    )
    var feature: [FeatureColumn] = []

    @Flag(help: "Make the store and the features that do not exist. CSV without a type: float64.")
    var create = false

    @Option(
        help: ArgumentHelp(
            "A text that stands for no value; may be repeated (default: for CSV the empty text and NA, but none "
                + "for a string).",
            valueName: "text"
        )
    )
    var missing: [String] = []

    @Flag(help: "Write null where there is no value, instead of nothing.")
    var missingAsNull = false

    @Option(help: ArgumentHelp("What separates the fields of CSV; \\t is a tab.", valueName: "character"))
    var delimiter: String?

    @Option(help: ArgumentHelp("Rows of one batch.", valueName: "rows"))
    var batch = 10_000

    @Option(help: ArgumentHelp("Write rejected rows here, as CSV: line,reason,row.", valueName: "file"))
    var reject: String?

    @Option(help: ArgumentHelp("Stop when more rows than this are rejected.", valueName: "number"))
    var maxRejects: Int?

    @Option(help: ArgumentHelp("The name to resume by (default: the file's name).", valueName: "name"))
    var job: String?

    @Flag(help: "Go on behind the last committed batch.")
    var resume = false

    @Flag(help: "Begin again, though an earlier run was interrupted.")
    var restart = false

    func validate() throws {
        let format = try chosenFormat()
        if format != .dump {
            if entity == nil { throw ValidationError("--entity is needed: the column that names the entity") }
            if time == nil { throw ValidationError("--time is needed: the column with the event time") }
            if feature.isEmpty { throw ValidationError("--feature is needed: at least one feature to fill") }
        }
        if timeZone != nil, timeUnit != .rfc3339 {
            throw ValidationError("--time-zone is for times as texts; numbers count from 1970 in UTC")
        }
        for (index, column) in feature.enumerated()
        where feature[..<index].contains(where: { $0.feature == column.feature }) {
            throw ValidationError("--feature \(column.feature.excerpt) is given twice; name each feature once")
        }
        if resume, restart { throw ValidationError("--resume and --restart exclude each other") }
        if !StoreLimits.batchCells.contains(batch) { throw ValidationError("--batch must be 1 to 50000") }
        if feature.count > StoreLimits.batchCells.upperBound { throw ValidationError("there are too many features") }
        _ = try delimiterByte()
    }

    func run() throws {
        let input = try InputFile(file)
        let zone = try timeZone.map { name throws(InputError) in try TimeZoneDirectory.rules(name) } ?? nil
        let destination = LoadDestination(try existingStore(), space: space.space, mayCreate: create) { [store] in
            try store.open(.readWrite)
        }
        defer { destination.store?.close() }
        let name = job ?? LoadJob.defaultName(path: file)
        var load = FileLoad(
            input,
            format: try chosenFormat(),
            mapping: try mapping(destination, zone),
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

    private func mapping(_ destination: LoadDestination, _ zone: TimeZoneRules?) throws -> RowMapping {
        let targets = try feature.map { try destination.target($0.feature, column: $0.column, type: $0.type) }
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
            throw ValidationError("the name \(file) does not tell the format; say --format csv, ndjson or dump")
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
