internal import FStore
internal import FStoreConnectors
internal import FStoreText

/// Reads sources of type `file`.
struct FileSourceReader: SourceReader {
    private let root: IngestRoot
    private let path: String
    private let format: Format
    private let delimiter: UInt8
    private let encoding: TextEncoding
    private let encodingName: String

    enum Format: String {
        case csv, ndjson
    }

    /// - Throws: ``SourceProblem`` when the configuration says too little or what does not fit.
    init(_ config: JSONValue, root: IngestRoot?) throws(SourceProblem) {
        guard let root else {
            throw SourceProblem("the server reads no files: the setting ingest_root names no directory for them")
        }
        self.root = root
        guard case .string(let path) = config["path"] else {
            throw SourceProblem("config.path is missing: the file to read, below ingest_root")
        }
        self.path = path
        format = try Self.format(config["format"], path: path)
        var encodingName = "utf-8"
        if case .string(let name) = config["encoding"] { encodingName = name }
        guard let encoding = TextEncoding(name: encodingName) else {
            let known = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
            throw SourceProblem("config.encoding is \"\(encodingName.excerpt)\", and must be one of \(known)")
        }
        self.encoding = encoding
        self.encodingName = encodingName
        var delimiter = path.contains(".tsv") ? "\t" : ","
        if case .string(let text) = config["delimiter"] { delimiter = text == "\\t" ? "\t" : text }
        guard delimiter.utf8.count == 1, let byte = delimiter.utf8.first, byte < 0x80, !"\"\r\n".utf8.contains(byte)
        else {
            throw SourceProblem("config.delimiter must be one ASCII character other than a quote or a line end")
        }
        self.delimiter = byte
    }

    private static func format(_ given: JSONValue?, path: String) throws(SourceProblem) -> Format {
        if case .string(let name) = given {
            if let format = Format(rawValue: name == "jsonl" ? "ndjson" : name == "tsv" ? "csv" : name.lowercased()) {
                return format
            }
            throw SourceProblem("config.format is \"\(name.excerpt)\", and must be csv or ndjson")
        }
        let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
        switch LoadFormat.guessed(from: plain) {
        case .csv: return .csv
        case .ndjson: return .ndjson
        default:
            throw SourceProblem("config.format is missing, and the name of the file does not tell it; csv or ndjson?")
        }
    }

    private func files() throws -> [String] {
        let files = try root.files(matching: path)
        if files.isEmpty { throw SourceProblem("no file is called \(path.excerpt)") }
        return files
    }

    private func open(_ file: String) throws -> InputFile {
        var decoders: [any InputDecoder] = []
        if file.hasSuffix(".gz") { decoders.append(GzipDecoder(path: file)) }
        if encoding != .utf8 { decoders.append(TextDecoder(encoding, name: encodingName, path: file)) }
        return try root.open(file, decoders: decoders)
    }

    private func rows(of file: String) throws -> any FileRows {
        switch format {
        case .csv: CSVFileRows(try open(file), delimiter: delimiter)
        case .ndjson: LineFileRows(try open(file))
        }
    }

    // MARK: What there is

    func byteCount() throws -> Int? {
        var bytes = 0
        for file in try files() { bytes += try root.open(file).size ?? 0 }
        return bytes
    }

    func sample(rows: Int) throws -> SourceSample {
        var sample = SourceSample(columns: [], rows: [])
        for file in try files() {
            let found = try self.rows(of: file)
            while sample.rows.count < rows, let row = try found.next() {
                for member in row where !sample.columns.contains(member.name) { sample.columns.append(member.name) }
                sample.rows.append(row)
            }
            for name in found.header where !sample.columns.contains(name) { sample.columns.append(name) }
            if sample.rows.count >= rows { break }
        }
        return sample
    }

    func count(until deadline: ContinuousClock.Instant) throws -> SourceCount {
        var rows = 0
        for file in try files() {
            let found = try self.rows(of: file)
            while try found.pass() {
                rows += 1
                if rows % 1000 == 0, ContinuousClock.now > deadline { return SourceCount(rows: rows, isWhole: false) }
            }
        }
        return SourceCount(rows: rows, isWhole: true)
    }

    // MARK: Reading

    func run(_ work: RunWork) throws -> LoadCounts {
        let files = try files()
        let destination = work.destination
        var sample: SourceSample?
        let mapping = try work.mapping.rows(
            of: work.source,
            rules: work.rules,
            retention: work.retention,
            into: destination
        ) { column in
            if let type = work.rules.type(of: column) { return type.valueType }
            let known = try sample ?? self.sample(rows: SourceSample.judgedRows)
            sample = known
            return known.type(of: column)
        }
        let total = try byteCount() ?? 0
        var counts = LoadCounts()
        var readBytes = 0
        for file in files {
            try work.control.check()
            work.control.report { [counts, readBytes] in
                ($0.stored, $0.rejected) = (counts.rows, counts.rejected)
                ($0.readBytes, $0.totalBytes) = (readBytes, total)
            }
            let size = try root.open(file).size ?? 0
            let before = (counts, readBytes)
            let found = try load(file, mapping, destination, work) { progress in
                work.control.report { state in
                    state.stored = before.0.rows + progress.counts.rows
                    state.rejected = before.0.rejected + progress.counts.rejected
                    state.readBytes = before.1 + min(progress.readBytes, size)
                }
            }
            counts.add(found)
            readBytes += size
        }
        return counts
    }

    private func load(
        _ file: String,
        _ mapping: RowMapping,
        _ destination: LoadDestination,
        _ work: RunWork,
        progress: (LoadProgress) -> Void
    ) throws -> LoadCounts {
        // A path is longer than the name of a bookmark may be.
        let name = work.bookmarkFront + String(InputDigest.of(file), radix: 16)
        func outcome(isAnew: Bool) throws -> LoadOutcome {
            var load = FileLoad(
                try open(file),
                format: format == .ndjson ? .ndjson : .csv,
                mapping: mapping,
                into: destination,
                job: LoadJob(name, mode: .follow(run: work.run, isAnew: isAnew))
            )
            load.delimiter = delimiter
            load.options.batchRows = work.batchRows
            load.options.cellsPerRow = mapping.targets.count + 1
            load.options.keptRejects = Int(SourceLimits.keptRejects)
            load.options.keepsRejectedRows = true
            load.options.skipsStored = isAnew
            load.willCommit = { commit in
                try work.control.check()
                try work.reject(commit.rejected, file)
                try work.willCommit(commit)
            }
            return try load.run(progress)
        }
        let done: LoadOutcome
        do {
            done = try outcome(isAnew: false)
        } catch LoadError.otherInput {
            // Another file of the same name, or one whose lines were corrected.
            done = try outcome(isAnew: true)
        } catch LoadError.allRejected(let rows, let first) {
            try work.reject(first, file)
            work.control.report { $0.rejected += rows }
            throw SourceProblem(
                "\(file.excerpt): all of the first \(rows) rows were rejected, so nothing was stored; the first one: "
                    + RejectedRow.list(Array(first.prefix(1)))
            )
        }
        if let column = done.unseenColumns.first {
            throw SourceProblem("\(file.excerpt) has no \"\(column.excerpt)\" in any row; check config.mapping")
        }
        return done.counts.since(done.before)
    }
}

/// Limits of sources.
enum SourceLimits {
    /// Rejected rows that one file of one run keeps.
    static let keptRejects: Int64 = 1000
}
