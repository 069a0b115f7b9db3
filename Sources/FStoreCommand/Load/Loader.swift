internal import FStore
internal import FStoreText

/// Moves rows from a source into a store, batch by batch. One batch is committed while the next is read; a bookmark
/// is committed with each.
struct Loader<Source: RowSource & ~Copyable>: ~Copyable {
    private let store: FeatureStore
    private let job: String
    private let options: LoadOptions
    private let totalBytes: Int?
    private var source: Source
    private var bookmark: LoadBookmark
    private let rejects: RejectFile?
    private var pending: PendingCommit?
    private var batch = WriteBatch()
    private var batchRows = 0
    private var lastCommitTime: Timestamp?
    private var progress = ProgressLine()

    init(
        _ source: consuming Source,
        into store: FeatureStore,
        job: String,
        from bookmark: LoadBookmark,
        options: LoadOptions
    ) throws {
        self.source = source
        self.store = store
        self.job = job
        self.bookmark = bookmark
        self.options = options
        totalBytes = bookmark.fingerprint.size < 0 ? nil : bookmark.fingerprint.size
        rejects = try options.rejectFile.map { try RejectFile($0, keptBytes: bookmark.rejectBytes) }
    }

    /// Loads to the end of the input.
    consuming func run() throws -> LoadSummary {
        let began = ContinuousClock.now
        let before = bookmark
        if bookmark.offset > 0 { try source.skip(to: bookmark.offset, line: bookmark.line) }
        if !bookmark.isDone {
            do {
                try loadRows()
            } catch {
                // What was read before stays loaded; a resumed load goes on behind it.
                _ = try? pending?.wait()
                progress.clear()
                throw error
            }
        }
        progress.clear()
        return LoadSummary(
            job: job,
            bookmark: bookmark,
            before: before,
            duration: ContinuousClock.now - began,
            lastCommitTime: try lastCommitTime ?? store.lastCommitTime()
        )
    }

    private mutating func loadRows() throws {
        var row = LoadRow()
        while true {
            do {
                guard try source.next(into: &row) else { break }
                try add(row)
            } catch let rejection as Rejection {
                try reject(rejection)
            }
            if isBatchFull { try commit() }
        }
        bookmark.isDone = true
        try commit()
        lastCommitTime = try pending?.wait().commitTime ?? lastCommitTime
        pending = nil
    }

    /// Rows are not divided, so there must always be room for one more.
    private var isBatchFull: Bool {
        batchRows >= options.batchRows
            || batch.count + options.cellsPerRow > StoreLimits.batchCells.upperBound
            || batch.byteCount > StoreLimits.batchBytes.upperBound / 4
    }

    private mutating func add(_ row: LoadRow) throws {
        guard let entity = row.entity else { return }
        try batch.putRow(row.cells, for: entity, at: row.time)
        bookmark.rows += 1
        bookmark.cells += row.cells.count
        batchRows += 1
    }

    private mutating func reject(_ rejection: Rejection) throws {
        bookmark.rejected += 1
        batchRows += 1
        rejects?.add(line: source.line, reason: rejection.reason, row: source.rawRow)
        if let most = options.maxRejects, bookmark.rejected > most {
            throw CommandError(
                .badData,
                "too_many_rejects",
                "line \(source.line): \(rejection.reason); more than \(most) rows were rejected, so the load stopped"
            )
        }
    }

    /// Hands the batch over and waits for the one before: a later batch is never committed without an earlier one.
    private mutating func commit() throws {
        bookmark.offset = source.nextOffset
        bookmark.line = source.nextLine
        bookmark.rejectBytes = rejects?.byteCount ?? 0
        try rejects?.flush()
        var full = WriteBatch()
        swap(&full, &batch)
        batchRows = 0
        try full.setBookmark(LoadJob.bookmarkName(job), to: bookmark.bytes)
        if let earlier = pending.take() { lastCommitTime = try earlier.wait().commitTime }
        pending = try PendingCommit(full, to: store)
        progress.update(
            done: bookmark.offset,
            total: totalBytes,
            count: bookmark.rows + bookmark.rejected,
            unit: "rows"
        )
    }
}
