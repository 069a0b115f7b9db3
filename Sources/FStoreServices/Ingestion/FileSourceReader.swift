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
        case csv, ndjson, parquet
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
            throw SourceProblem("config.format is \"\(name.excerpt)\", and must be csv, ndjson or parquet")
        }
        if path.hasSuffix(".parquet") { return .parquet }
        let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
        switch LoadFormat.guessed(from: plain) {
        case .csv: return .csv
        case .ndjson: return .ndjson
        default:
            throw SourceProblem(
                "config.format is missing, and the name of the file does not tell it; csv, ndjson or parquet?"
            )
        }
    }

    private func files() throws -> [String] {
        let files = try root.files(matching: path)
        if files.isEmpty { throw SourceProblem("no file is called \(path.excerpt)") }
        return files
    }

    /// - Parameter check: asked again and again whether to go on.
    private func open(_ file: String, check: @escaping () throws -> Void) throws -> InputFile {
        if format == .parquet { return try root.openParquet(file, check: check) }
        var decoders: [any InputDecoder] = []
        if file.hasSuffix(".gz") { decoders.append(GzipDecoder(path: file)) }
        if encoding != .utf8 { decoders.append(TextDecoder(encoding, name: encodingName, path: file)) }
        let input = try root.open(file, decoders: decoders)
        input.willRead = check
        return input
    }

    private func rows(of file: String, check: @escaping () throws -> Void) throws -> any FileRows {
        let input = try open(file, check: check)
        return switch format {
        case .csv: CSVFileRows(input, delimiter: delimiter)
        case .ndjson, .parquet: LineFileRows(input)
        }
    }

    // MARK: What there is

    func byteCount() throws -> Int? {
        var bytes = 0
        for file in try files() { bytes += (try? root.open(file).size).flatMap { $0 } ?? 0 }
        return bytes
    }

    func sample(rows: Int) throws -> SourceSample {
        let deadline = ContinuousClock.now + .seconds(Self.sampleSeconds)
        return try sample(rows: rows) {
            if ContinuousClock.now > deadline {
                throw SourceProblem("no \(rows) rows were found in \(Self.sampleSeconds) seconds")
            }
        }
    }

    /// How long a test looks for the first rows.
    private static let sampleSeconds = 10

    private func sample(rows: Int, check: @escaping () throws -> Void) throws -> SourceSample {
        var sample = SourceSample(columns: [], rows: [])
        var failure: (any Error)?
        for file in try files() {
            do {
                let found = try self.rows(of: file, check: check)
                while sample.rows.count < rows, let row = try found.next() {
                    for member in row where !sample.columns.contains(member.name) { sample.columns.append(member.name) }
                    sample.rows.append(row)
                }
                for name in found.header where !sample.columns.contains(name) { sample.columns.append(name) }
            } catch InputError.interrupted(let interruption) {
                throw interruption.error
            } catch {
                // What cannot be read is told when it is to be read; others may tell the types.
                failure = failure ?? error
            }
            if sample.rows.count >= rows { break }
        }
        if sample.rows.isEmpty, sample.columns.isEmpty, let failure { throw failure }
        return sample
    }

    func count(until deadline: ContinuousClock.Instant) throws -> SourceCount {
        var rows = 0
        for file in try files() {
            let found = try self.rows(of: file) {
                if ContinuousClock.now > deadline { throw TooLate() }
            }
            do {
                while try found.pass() {
                    rows += 1
                    if rows % 1000 == 0, ContinuousClock.now > deadline { throw TooLate() }
                }
            } catch is TooLate {
                return SourceCount(rows: rows, isWhole: false)
            } catch InputError.interrupted {
                return SourceCount(rows: rows, isWhole: false)
            }
        }
        return SourceCount(rows: rows, isWhole: true)
    }

    /// Counting takes too long.
    private struct TooLate: Error {}

    // MARK: Reading

    func run(_ work: RunWork) throws -> LoadCounts {
        let files = try files()
        let destination = work.destination
        var sample: SourceSample?
        var mapping = try work.mapping.rows(
            of: work.source,
            rules: work.rules,
            retention: work.retention,
            into: destination
        ) { column in
            if let type = work.rules.type(of: column) { return type.valueType }
            let known = try sample ?? self.sample(rows: SourceSample.judgedRows, check: work.control.check)
            sample = known
            return known.type(of: column)
        }
        mapping.nullIsMissing = format == .parquet
        let total = try byteCount() ?? 0
        var counts = LoadCounts()
        var readBytes = 0
        var failure: SourceProblem?
        for file in files {
            try work.control.check()
            work.control.report { [counts, readBytes] in
                ($0.stored, $0.rejected) = (counts.rows, counts.rejected)
                ($0.readBytes, $0.totalBytes) = (readBytes, total)
            }
            let size = (try? root.open(file).size).flatMap { $0 } ?? 0
            let before = (counts, readBytes)
            do {
                counts.add(
                    try load(file, mapping, destination, work) { progress in
                        work.control.report { state in
                            state.stored = before.0.rows + progress.runCounts.rows
                            state.rejected = before.0.rejected + progress.runCounts.rejected
                            state.readBytes = before.1 + min(progress.readBytes, size)
                        }
                    }
                )
            } catch let stop as RunControl.Stop {
                throw stop
            } catch {
                // One file that cannot be read does not keep those behind it waiting.
                let problem = SourceProblem(error)
                if problem.isPassing { throw problem }
                let text = problem.message.contains(file) ? problem.message : "\(file.excerpt): \(problem.message)"
                failure = failure ?? SourceProblem(text)
            }
            readBytes += size
        }
        work.control.report { [counts] in $0.stored = counts.rows }
        if let failure { throw failure }
        return counts
    }

    func counts(of work: RunWork) throws -> LoadCounts {
        var counts = LoadCounts()
        for file in try files() {
            counts.add(try LoadJob.counts(of: work.run, job: bookmark(of: file, work), in: work.store))
        }
        return counts
    }

    /// A path is longer than the name of a bookmark may be.
    private func bookmark(of file: String, _ work: RunWork) -> String {
        work.bookmarkFront + String(InputDigest.of(file), radix: 16)
    }

    private func load(
        _ file: String,
        _ mapping: RowMapping,
        _ destination: LoadDestination,
        _ work: RunWork,
        progress: (LoadProgress) -> Void
    ) throws -> LoadCounts {
        let name = bookmark(of: file, work)
        func outcome(isAnew: Bool) throws -> LoadOutcome {
            let input = try open(file) { try work.control.check() }
            var load = FileLoad(
                input,
                format: format == .csv ? .csv : .ndjson,
                mapping: mapping,
                into: destination,
                job: LoadJob(name, mode: .follow(run: work.run, isAnew: isAnew))
            )
            load.delimiter = delimiter
            load.options.batchRows = work.batchRows
            load.options.cellsPerRow = mapping.targets.count + 1
            load.options.keptRejects = Int(SourceLimits.keptRejects)
            load.options.keepsRejectedRows = true
            load.options.skipsStored = isAnew || work.isRepeated
            load.willCommit = { commit in
                try work.control.check()
                try work.reject(commit.rejected, file)
                try work.willCommit(commit)
            }
            return try load.run(progress)
        }
        let done: LoadOutcome
        do {
            do { done = try outcome(isAnew: false) } catch LoadError.otherInput {
                // Another file of the same name, or one whose lines were corrected.
                done = try outcome(isAnew: true)
            }
        } catch InputError.interrupted(let interruption) {
            throw interruption.error
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
