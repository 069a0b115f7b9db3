internal import FStore
internal import FStoreText

/// How a load goes about its work.
package struct LoadOptions: Sendable {
    /// Rows of one batch.
    package var batchRows = 10_000
    /// The most cells that a row can have.
    package var cellsPerRow = 1
    /// Stops when more rows than this are rejected; `nil`: never.
    package var maxRejects: Int?
    /// Rejected rows that are kept for the answer.
    package var keptRejects = 3
    /// Stops when this many rows were read and not one of them fits: it is the arguments that are wrong then.
    package var trialRows = 1000
    /// Whether rejected rows themselves are kept beside the reasons.
    package var keepsRejectedRows = false
    /// Whether a value is passed over that the store has already, at the same event time: for input that was read
    /// before and is read again. Costs a look-up for each value. The batch before must be committed when one is taken.
    package var skipsStored = false

    package init() {}
}

/// How many rows and cells were read.
package struct LoadCounts: Hashable, Sendable {
    package internal(set) var rows = 0
    package internal(set) var cells = 0
    package internal(set) var rejected = 0

    package init() {}

    package mutating func add(_ more: LoadCounts) {
        rows += more.rows
        cells += more.cells
        rejected += more.rejected
    }

    /// What was counted since `earlier`.
    package func since(_ earlier: LoadCounts) -> LoadCounts {
        var counts = self
        counts.rows -= earlier.rows
        counts.cells -= earlier.cells
        counts.rejected -= earlier.rejected
        return counts
    }
}

/// Reads the rows of a source into batches. The loop of every load; who writes the batches drives it.
///
/// As long as a feature is not defined, rows are held back, up to ``LoadOptions/trialRows`` of them: features are
/// defined when these have shown that the input fits.
struct RowBatcher<Source: RowSource & ~Copyable>: ~Copyable {
    enum Step {
        /// A batch is to be taken.
        case full
        case needsMore
        case end
    }

    /// How many bytes of input the rows that are held back may come from.
    private static var trialBytes: Int { 1 << 23 }

    var source: Source
    private(set) var counts: LoadCounts
    /// The newest event time of the rows that fit.
    private(set) var newest: Timestamp?
    var rejects: RejectLog
    private let destination: LoadDestination
    private let options: LoadOptions
    /// Rows of the next batch, at most as many as the options say.
    private(set) var rowsPerBatch: Int
    private var row = LoadRow()
    private var batch = WriteBatch()
    private var batchRows = 0
    private var compared: [LoadRow] = []
    private var comparedCells = 0
    private var comparedBytes = 0
    private var handles: [FeatureHandle?] = []
    private var heldBack: [LoadRow] = []
    private var isTrial: Bool
    private let startOffset: Int

    init(
        _ source: consuming Source,
        into destination: LoadDestination,
        counts: LoadCounts = LoadCounts(),
        rejects: RejectLog,
        options: LoadOptions
    ) {
        self.destination = destination
        self.counts = counts
        self.rejects = rejects
        self.options = options
        rowsPerBatch = options.batchRows
        // A dump defines its features on the way.
        isTrial = source.targets.isEmpty || source.targets.contains { $0.handle == nil } || destination.store == nil
        startOffset = source.nextOffset
        self.source = source
    }

    /// Reads rows until a batch is full or the source stops.
    mutating func fill() throws -> Step {
        while true {
            if !isTrial, isBatchFull { return .full }
            let step: RowStep
            do {
                step = try source.next(into: &row)
            } catch let rejection as Rejection {
                try reject(rejection)
                continue
            }
            switch step {
            case .row: try addRow()
            case .needsMore: return .needsMore
            case .end:
                try endTrial()
                return .end
            }
        }
    }

    /// The batch that is full, with an empty one in its place.
    mutating func takeBatch() throws -> WriteBatch {
        if !isTrial { try defineFoundTargets() }
        try putCompared()
        var full = WriteBatch()
        swap(&full, &batch)
        batchRows = 0
        return full
    }

    /// Makes the next batches smaller when one took long to write, and larger again when one took little.
    mutating func adaptBatch(toWriting duration: Duration) {
        if duration > .milliseconds(500) {
            rowsPerBatch = max(rowsPerBatch / 2, min(100, options.batchRows))
        } else if duration < .milliseconds(100) {
            rowsPerBatch = min(rowsPerBatch * 2, options.batchRows)
        }
    }

    /// How many cells wait in the batch.
    var waitingCells: Int { batch.count }

    /// Bytes that wait in the batch.
    var waitingBytes: Int { batch.byteCount }

    /// Rows are not divided, so there must always be room for one more.
    private var isBatchFull: Bool {
        batchRows >= rowsPerBatch
            || batch.count + comparedCells + max(options.cellsPerRow, row.cells.count)
                > StoreLimits.batchCells.upperBound
            || batch.byteCount + comparedBytes > StoreLimits.batchBytes.upperBound / 4
    }

    private mutating func addRow() throws {
        counts.rows += 1
        counts.cells += row.cells.count
        newest = max(newest ?? row.time, row.time)
        batchRows += 1
        if !isTrial { return try put(row) }
        heldBack.append(row)
        let isEnough =
            heldBack.count >= min(options.trialRows, options.batchRows)
            || (heldBack.count + 1) * options.cellsPerRow >= StoreLimits.batchCells.upperBound
            || source.nextOffset - startOffset > Self.trialBytes
        if isEnough { try endTrial() }
    }

    private mutating func put(_ row: LoadRow) throws {
        guard let entity = row.entity else { return }
        if options.skipsStored { return compare(row) }
        for (target, value) in row.cells {
            if handles.count > target, let handle = handles[target] {
                try batch.put(value, of: handle, for: entity, at: row.time)
            } else {
                try batch.put(value, of: handle(of: target), for: entity, at: row.time)
            }
        }
    }

    // MARK: What the store has already

    /// One cell, whatever its value.
    private struct Place: Hashable {
        let target: Int
        let entity: EntityID
        let time: Timestamp
    }

    /// Keeps a row until its batch is taken. Of two values for one cell the last one counts: only that one may be
    /// compared with the store, or the first would be written over it.
    private mutating func compare(_ row: LoadRow) {
        compared.append(row)
        comparedCells += row.cells.count
        for (_, value) in row.cells { comparedBytes += 64 + value.textBytes }
    }

    private mutating func putCompared() throws {
        if compared.isEmpty { return }
        var seen: Set<Place> = []
        var last: [(place: Place, handle: FeatureHandle, value: FeatureValue)] = []
        for row in compared.reversed() {
            guard let entity = row.entity else { continue }
            for (target, value) in row.cells.reversed() {
                let place = Place(target: target, entity: entity, time: row.time)
                if seen.insert(place).inserted { last.append((place, try handle(of: target), value)) }
            }
        }
        (compared, comparedCells, comparedBytes) = ([], 0, 0)
        let cells = last
        let isStored = try destination.opened()
            .read { snapshot throws(ReadError) in
                var isStored: [Bool] = []
                for (place, handle, value) in cells {
                    let answer = try snapshot.value(of: handle, for: place.entity, at: .asOf(place.time)).owned
                    let found = answer.status == .null ? .null : answer.value
                    isStored.append(answer.eventTime == place.time && found == value)
                }
                return isStored
            }
        for (cell, isStored) in zip(cells, isStored) where !isStored {
            try batch.put(cell.value, of: cell.handle, for: cell.place.entity, at: cell.place.time)
        }
    }

    private mutating func reject(_ rejection: Rejection) throws {
        counts.rejected += 1
        batchRows += 1
        let rejected = RejectedRow(line: source.line, field: rejection.field, reason: rejection.reason)
        rejects.add(rejected, bytes: source.rawRow)
        if let limit = options.maxRejects, counts.rejected > limit {
            throw LoadError.tooManyRejects(limit: limit, first: rejects.first)
        }
        if counts.rows == 0, counts.rejected >= options.trialRows {
            throw LoadError.allRejected(rows: counts.rejected, first: rejects.first)
        }
    }

    // MARK: Features

    /// The input fits: features are defined and the rows that were held back go into the batch.
    private mutating func endTrial() throws {
        guard isTrial, counts.rows > 0 || counts.rejected == 0 else { return }
        isTrial = false
        try defineFoundTargets()
        for row in heldBack { try put(row) }
        heldBack = []
    }

    private mutating func defineFoundTargets() throws {
        for target in source.takeFoundTargets() { _ = try handle(of: target) }
    }

    private mutating func handle(of target: Int) throws -> FeatureHandle {
        while handles.count <= target { handles.append(nil) }
        if let known = handles[target] { return known }
        let handle = try destination.handle(of: source.targets[target])
        handles[target] = handle
        return handle
    }
}

extension FeatureValue {
    /// About how many bytes it has beyond a number.
    var textBytes: Int {
        switch self {
        case .string(let text), .json(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .vector(let floats): floats.count * 4
        case .null, .float64, .int64, .bool, .timestamp: 0
        }
    }
}
