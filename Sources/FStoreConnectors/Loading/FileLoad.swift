package import FStore
internal import FStoreText

/// How far a load has come, told between two batches.
package struct LoadProgress: Sendable {
    package let readBytes: Int
    /// `nil` when it is not known.
    package let totalBytes: Int?
    package let counts: LoadCounts
    /// Those of the run that goes on, where each run has its own; else the same.
    package let runCounts: LoadCounts
}

/// What of a load is about to be committed.
package struct LoadCommit: Sendable {
    package let values: Int
    /// Bytes of their keys and values.
    package let bytes: Int
    /// Rows that were read since the commit before.
    package let counts: LoadCounts
    /// Rejected rows that no earlier commit has told of, of those that are kept.
    package let rejected: [RejectedRow]
    package let progress: LoadProgress
}

/// What a load has done.
package struct LoadOutcome: Sendable {
    /// Of all runs of the job.
    package internal(set) var counts: LoadCounts
    /// Of the runs before this one.
    package internal(set) var before: LoadCounts
    /// Whether the job was done before, so that nothing was read.
    package internal(set) var wasDone: Bool
    /// The first rows that this run rejected.
    package internal(set) var rejected: [RejectedRow]
    /// Columns that were asked for and never occurred in the input.
    package internal(set) var unseenColumns: [String]
    /// The newest event time of the rows of this run that fit.
    package internal(set) var newestEvent: Timestamp?
    /// How many cells of this run retention hides at once.
    package internal(set) var hiddenCells = 0
    package internal(set) var duration: Duration
    package internal(set) var lastCommitTime: Timestamp?
}

/// Loads a file, or the standard input, from a thread that may block.
///
/// One batch is committed while the next is read, and a bookmark with each, so that an interrupted load goes on exactly
/// behind its last committed row.
package struct FileLoad {
    private let input: InputFile
    private let format: LoadFormat
    private let mapping: RowMapping
    private let destination: LoadDestination
    private let job: LoadJob
    package var options = LoadOptions()
    /// Between the fields of CSV.
    package var delimiter = UInt8(ascii: ",")
    /// Where rejected rows go, all of them.
    package var rejectPath: String?
    /// Is told of each batch before it is committed. What it throws ends the load without that batch; a later run goes
    /// on before it.
    package var willCommit: (LoadCommit) throws -> Void = { _ in }

    /// - Parameter mapping: does not matter for a dump.
    package init(
        _ input: InputFile,
        format: LoadFormat,
        mapping: RowMapping,
        into destination: LoadDestination,
        job: LoadJob
    ) {
        self.input = input
        self.format = format
        self.mapping = mapping
        self.destination = destination
        self.job = job
    }

    /// Loads to the end of the input.
    ///
    /// - Parameter betweenBatches: is told how far the load has come. What it throws ends the load, which can be
    ///   resumed.
    package func run(_ betweenBatches: (LoadProgress) throws -> Void = { _ in }) throws -> LoadOutcome {
        // One call a format, so that the compiler makes a loop of its own for each.
        switch format {
        case .csv:
            try run(CSVRowSource(CSVReader(ByteWindow(), delimiter: delimiter), mapping: mapping), betweenBatches)
        case .ndjson: try run(JSONRowSource(LineReader(ByteWindow()), mapping: mapping), betweenBatches)
        case .dump: try run(DumpRowSource(LineReader(ByteWindow()), into: destination), betweenBatches)
        }
    }

    private func run<Source: RowSource & ~Copyable>(
        _ source: consuming Source,
        _ betweenBatches: (LoadProgress) throws -> Void
    ) throws -> LoadOutcome {
        try checkTargets()
        let began = ContinuousClock.now
        let fresh = LoadBookmark(size: input.size, choices: choices)
        var bookmark = try job.begin(fresh, in: destination.store)
        let isSame = bookmark.isDone && bookmark.stamp != nil && bookmark.stamp == input.stamp
        if !isSame, bookmark.offset > 0 || bookmark.isDone { try goOn(&source, from: &bookmark) }
        var outcome = LoadOutcome(
            counts: bookmark.counts,
            before: bookmark.run == nil ? bookmark.counts : bookmark.runBase,
            wasDone: bookmark.isDone,
            rejected: [],
            unseenColumns: bookmark.unseenColumns.compactMap {
                source.targets.indices.contains($0) ? source.targets[$0].column : nil
            },
            duration: .zero
        )
        if !bookmark.isDone {
            let file = try rejectPath.map { path throws(LoadError) in
                try RejectFile(path, keptBytes: bookmark.rejectBytes)
            }
            let batcher = RowBatcher(
                source,
                into: destination,
                counts: bookmark.counts,
                rejects: RejectLog(kept: options.keptRejects, keepsRows: options.keepsRejectedRows, file: file),
                options: options
            )
            var run = FileLoadRun(
                batcher,
                input: input,
                destination: destination,
                job: job,
                bookmark: bookmark,
                skipsStored: options.skipsStored,
                willCommit: willCommit
            )
            try run.finish(&outcome, betweenBatches)
        }
        outcome.lastCommitTime = try outcome.lastCommitTime ?? destination.store?.lastCommitTime()
        outcome.duration = ContinuousClock.now - began
        return outcome
    }

    /// A feature that two columns fill would keep whichever comes last in each row.
    private func checkTargets() throws(LoadError) {
        guard format != .dump else { return }
        var names: Set<String> = []
        for target in mapping.allTargets where !names.insert(target.definition.name).inserted {
            throw .repeatedFeature(target.definition.name)
        }
    }

    /// Reads over what was loaded, and makes sure that it is the same.
    private func goOn<Source: RowSource & ~Copyable>(_ source: inout Source, from bookmark: inout LoadBookmark) throws {
        do throws(InputError) {
            try source.skip(to: bookmark.offset, line: bookmark.line, from: input)
        } catch .endsEarly {
            throw LoadError.otherInput(job: job.name, reason: "this one is shorter")
        }
        guard source.digest() == bookmark.digest else {
            throw LoadError.otherInput(job: job.name, reason: "the part that was loaded differs from this one")
        }
        if bookmark.isDone {
            let isAtEnd = try source.withWindow { window throws(InputError) in try window.isEmpty(input) }
            if !isAtEnd {
                // Half of a line that was the last one may have been read as a whole.
                let isWhole = try source.withWindow { window throws(InputError) in window.isBehindLineFeed }
                guard case .follow = job.mode, isWhole else {
                    throw LoadError.otherInput(job: job.name, reason: "this one is longer")
                }
                bookmark.isDone = false
            }
        }
        source.unseenColumns = bookmark.unseenColumns
    }

    /// Everything that decides what a row becomes: a resumed load must not change it.
    private var choices: UInt64 {
        var object = JSONObjectText()
        object.add("format", format.rawValue)
        object.add("space", destination.space)
        if format != .dump {
            object.add("entity", mapping.entity)
            object.add("separator", mapping.entitySeparator)
            object.add("time", mapping.time)
            object.add("unit", mapping.timeUnit.rawValue)
            object.add("zone", mapping.timeZone?.name)
            object.add("features", mapping.targets.map(\.definition.name))
            object.add("columns", mapping.targets.map(\.column))
            object.add("missing", mapping.missing ?? ["by default"])
            object.add("missing_as_null", mapping.missingIsNull)
            object.add("delimiter", delimiter)
            if mapping.nullIsMissing { object.add("null_is_missing", true) }
            if let metadata = mapping.metadata { object.add("metadata", metadata.definition.name) }
            if !mapping.rules.isEmpty {
                object.add("required", mapping.rules.required)
                object.add("types", mapping.rules.types.map { "\($0.column) \($0.type.rawValue)" })
            }
        }
        return InputDigest.of(String(decoding: object.bytes, as: UTF8.self))
    }
}

/// The loop of a ``FileLoad``, from its start or from a bookmark to the end of the input.
private struct FileLoadRun<Source: RowSource & ~Copyable>: ~Copyable {
    private var batcher: RowBatcher<Source>
    private let input: InputFile
    private let destination: LoadDestination
    private let job: LoadJob
    private var bookmark: LoadBookmark
    private var pending: PendingCommit?
    private var lastCommitTime: Timestamp?
    private var hiddenCells = 0
    private let willCommit: (LoadCommit) throws -> Void
    private let skipsStored: Bool
    private var told: LoadCounts

    init(
        _ batcher: consuming RowBatcher<Source>,
        input: InputFile,
        destination: LoadDestination,
        job: LoadJob,
        bookmark: LoadBookmark,
        skipsStored: Bool,
        willCommit: @escaping (LoadCommit) throws -> Void
    ) {
        self.willCommit = willCommit
        self.skipsStored = skipsStored
        told = bookmark.counts
        self.batcher = batcher
        self.input = input
        self.destination = destination
        self.job = job
        self.bookmark = bookmark
    }

    mutating func finish(_ outcome: inout LoadOutcome, _ betweenBatches: (LoadProgress) throws -> Void) throws {
        do {
            try load(betweenBatches)
        } catch {
            // What was read before stays loaded, and the reasons of the rows that were rejected are worth having.
            _ = try? pending.take()?.wait()
            try? batcher.rejects.flush()
            throw error
        }
        outcome.counts = batcher.counts
        outcome.rejected = batcher.rejects.first
        outcome.newestEvent = batcher.newest
        let targets = batcher.source.targets
        outcome.unseenColumns = batcher.counts.rows == 0 ? [] : batcher.source.unseenColumns.map { targets[$0].column }
        outcome.lastCommitTime = lastCommitTime
        outcome.hiddenCells = hiddenCells
    }

    private mutating func load(_ betweenBatches: (LoadProgress) throws -> Void) throws {
        while true {
            switch try batcher.fill() {
            case .needsMore:
                try batcher.source.withWindow { window throws(InputError) in try window.fill(from: input) }
            case .full:
                try commit()
                try betweenBatches(progress)
            case .end:
                bookmark.isDone = true
                bookmark.stamp = input.stamp
                try commit()
                try waitForPending()
                return
            }
        }
    }

    private var progress: LoadProgress {
        LoadProgress(
            readBytes: input.isDecoded ? input.readBytes : bookmark.offset,
            totalBytes: input.size,
            counts: batcher.counts,
            runCounts: batcher.counts.since(bookmark.runBase)
        )
    }

    /// Hands the batch over and waits for the one before: a later batch is never committed without an earlier one.
    private mutating func commit() throws {
        bookmark.offset = batcher.source.nextOffset
        bookmark.line = batcher.source.nextLine
        bookmark.digest = batcher.source.digest()
        bookmark.counts = batcher.counts
        bookmark.unseenColumns = batcher.source.unseenColumns
        bookmark.rejectBytes = batcher.rejects.fileBytes
        try batcher.rejects.flush()
        // What is compared with the store must see the batch before.
        if skipsStored { try waitForPending() }
        var batch = try batcher.takeBatch()
        try willCommit(
            LoadCommit(
                values: batch.count,
                bytes: batch.byteCount,
                counts: batcher.counts.since(told),
                rejected: batcher.rejects.takeNew(),
                progress: progress
            )
        )
        told = batcher.counts
        // Not even the store was made when no row fits.
        guard let store = destination.store else { return }
        try batch.setBookmark(job.bookmarkName, to: bookmark.bytes)
        try waitForPending()
        pending = try PendingCommit(batch, to: store)
    }

    /// Waits for the batch before. One that took long is followed by smaller ones: while a batch is written, nobody
    /// else can write, neither in this process nor in another.
    private mutating func waitForPending() throws {
        guard let earlier = pending.take() else { return }
        let receipt = try earlier.wait()
        lastCommitTime = receipt.commitTime
        hiddenCells += receipt.hiddenCells
        batcher.adaptBatch(toWriting: earlier.duration)
    }
}
