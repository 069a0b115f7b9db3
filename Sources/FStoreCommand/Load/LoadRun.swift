internal import FStore
internal import FStoreText

/// The steps from the arguments of `load` to its summary.
struct LoadRun {
    let command: LoadCommand
    let store: FeatureStore
    let input: InputFile

    func run() throws -> LoadSummary {
        let format = try command.chosenFormat()
        var window = ByteWindow(input)
        let fingerprint = LoadFingerprint(
            size: input.size ?? -1,
            head: LoadFingerprint.hash(try window.prefix(LoadFingerprint.headBytes)),
            choices: LoadFingerprint.hash(try choices(format).utf8)
        )
        let name = command.job ?? LoadJob.defaultName(path: command.file)
        let bookmark = try LoadJob(name: name, store: store)
            .begin(fingerprint, resume: command.resume, restart: command.restart)
        switch format {
        case .csv:
            let reader = CSVReader(window, delimiter: try command.delimiterByte())
            return try load(CSVRowSource(reader, columns: columns(.csv)), name, bookmark)
        case .ndjson:
            return try load(JSONRowSource(LineReader(window), columns: columns(.ndjson)), name, bookmark)
        case .dump:
            let catalog = DumpCatalog(store: store, space: command.space.space, mayCreate: command.create)
            return try load(DumpRowSource(LineReader(window), catalog: catalog), name, bookmark)
        }
    }

    private func load<Source: RowSource & ~Copyable>(
        _ source: consuming Source,
        _ job: String,
        _ bookmark: LoadBookmark
    ) throws -> LoadSummary {
        let options = LoadOptions(
            batchRows: command.batch,
            cellsPerRow: max(1, command.feature.count),
            maxRejects: command.maxRejects,
            rejectFile: command.reject
        )
        return try Loader(source, into: store, job: job, from: bookmark, options: options).run()
    }

    /// Everything that decides what a row becomes: a resumed load must not change it.
    private func choices(_ format: LoadFormat) throws -> String {
        var object = JSONObjectText()
        object.add("format", format.rawValue)
        object.add("space", command.space.space)
        object.add("entity", command.entity)
        object.add("separator", command.entitySeparator)
        object.add("time", command.time)
        object.add("unit", command.timeUnit.rawValue)
        object.add("features", command.feature.map { "\($0.feature)=\($0.column):\($0.type?.description ?? "")" })
        object.add("missing", command.missing)
        object.add("missing_as_null", command.missingAsNull)
        object.add("delimiter", try command.delimiterByte())
        return String(decoding: object.bytes, as: UTF8.self)
    }

    private func columns(_ format: LoadFormat) throws -> LoadColumns {
        let defaults = format == .csv ? ["", "NA"] : []
        return LoadColumns(
            entity: EscapedText.split(command.entity ?? "", at: "+"),
            entitySeparator: command.entitySeparator,
            time: command.time ?? "",
            timeUnit: command.timeUnit,
            targets: try command.feature.map { try target($0, format) },
            missing: (command.missing.isEmpty ? defaults : command.missing).map { Array($0.utf8) },
            missingIsNull: command.missingAsNull
        )
    }

    private func target(_ wanted: FeatureColumn, _ format: LoadFormat) throws -> LoadColumns.Target {
        let type = wanted.type ?? (format == .csv ? ValueType.float64 : nil)
        if let known = try existing(wanted.feature) {
            if let wanted = wanted.type, let expected = known.type, wanted != expected {
                let reason = "the feature \"\(known.name)\" takes \(expected), and not \(wanted)"
                throw CommandError(.badData, "wrong_type", reason)
            }
            return .init(column: wanted.column, handle: known.handle, type: known.type ?? type)
        }
        guard command.create, FeatureID(wanted.feature) == nil else {
            let place = "in space \(command.space.space)"
            throw CommandError(
                .no,
                "unknown_feature",
                "there is no feature \"\(wanted.feature)\" \(place); define it, or load with --create"
            )
        }
        let definition = FeatureDefinition(name: wanted.feature, space: command.space.space, type: type)
        return .init(column: wanted.column, handle: try store.define(definition).handle, type: type)
    }

    private func existing(_ nameOrID: String) throws -> Feature? {
        if let id = FeatureID(nameOrID) { return try store.feature(id: id) }
        return try store.feature(named: nameOrID, space: command.space.space)
    }
}
