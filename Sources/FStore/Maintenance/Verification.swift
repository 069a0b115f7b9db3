internal import FStoreLMDB

/// What a walk over everything has found.
public struct VerificationReport: Hashable, Sendable {
    /// Cells of `history` that were read.
    public var cells = 0
    /// Rows of `latest` that were read.
    public var rows = 0
    /// Features in the table, those that wait to be reclaimed included.
    public var features = 0
    /// How many things are wrong.
    public var problemCount = 0
    /// The first hundred of them.
    public var problems: [Corruption] = []

    /// A report of nothing.
    public init() {}

    /// Whether nothing is wrong.
    public var isSound: Bool { problemCount == 0 }

    mutating func add(_ problem: Corruption) {
        problemCount += 1
        if problems.count < 100 { problems.append(problem) }
    }
}

extension FeatureStore {
    /// Reads everything and checks it: the order of keys, every checksum, that a search finds each entry, that each row
    /// of `latest` is the newest live cell of its series and that none is missing, that every cell belongs to a
    /// feature.
    ///
    /// Works on one consistent version while others write, and keeps its pages from being used again meanwhile. Seconds
    /// for millions of cells.
    ///
    /// - Parameter progress: called now and then with the number of cells read so far.
    /// - Throws: ``ReadError`` when the walk cannot go on; what is wrong with single entries is in the report.
    public func verify(progress: ((Int) -> Void)? = nil) throws(ReadError) -> VerificationReport {
        try read { snapshot throws(ReadError) in
            var verification = Verification(registry: snapshot.registry, progress: progress)
            do throws(StorageError) {
                try verification.walkMeta(snapshot)
                try verification.walkFeatures(snapshot)
                try verification.walkHistory(snapshot)
                try verification.walkLatest(snapshot)
            } catch {
                throw ReadError(error)
            }
            return verification.report
        }
    }
}

/// The walks of a verification, table by table.
private struct Verification {
    let registry: FeatureRegistry
    let progress: ((Int) -> Void)?
    var report = VerificationReport()
    /// Rows of `latest` that history asks for.
    private var expectedRows = 0
    /// The greatest commit time among the cells.
    private var newestCommit = Int64.min

    init(registry: FeatureRegistry, progress: ((Int) -> Void)?) {
        self.registry = registry
        self.progress = progress
    }

    mutating func walkMeta(_ snapshot: borrowing Snapshot) throws(StorageError) {
        let cursor = try OwnedCursor(over: snapshot.tables.meta, in: snapshot.transaction)
        var found = try cursor.walk.first()
        while let entry = found {
            do throws(Corruption) {
                try entry.checkMeta()
            } catch {
                report.add(error)
            }
            found = try cursor.walk.next()
        }
    }

    mutating func walkFeatures(_ snapshot: borrowing Snapshot) throws(StorageError) {
        let cursor = try OwnedCursor(over: snapshot.tables.features, in: snapshot.transaction)
        var found = try cursor.walk.first()
        while let entry = found {
            report.features += 1
            do throws(Corruption) {
                _ = try FeatureRecord(entry)
            } catch {
                report.add(error)
            }
            found = try cursor.walk.next()
        }
    }

    /// Walks series by series, and asks `latest` for each.
    mutating func walkHistory(_ snapshot: borrowing Snapshot) throws(StorageError) {
        let cursor = try OwnedCursor(over: snapshot.tables.history, in: snapshot.transaction)
        var previous: [UInt8] = []
        var series: [UInt8] = []
        var found = try cursor.walk.first()
        while let entry = found {
            report.cells += 1
            if report.cells % 100_000 == 0 { progress?(report.cells) }
            checkOrder(entry, &previous, in: .history)
            try checkReach(entry, in: .history, snapshot)
            if let cell = ScannedCell(entry) {
                newestCommit = max(newestCommit, cell.commitTime)
                if !cell.isSound { report.add(SeriesWalk.damage(entry)) }
                if !cell.series.isIdentical(to: series.span.raw) {
                    series = cell.series.copied
                    if registry.record(cell.number) == nil {
                        report.add(Corruption(table: .history, key: entry.key, reason: "it belongs to no feature"))
                    }
                    try compareWithLatest(cell.number, cell.entity, snapshot)
                }
            } else {
                report.add(Corruption(table: .history, key: entry.key, reason: "its key is malformed"))
            }
            found = try cursor.walk.next()
        }
        try checkCount(report.cells, in: .history, snapshot)
        checkLastCommit(snapshot)
    }

    private mutating func checkOrder(_ entry: Entry, _ previous: inout [UInt8], in table: StoreTable) {
        if !previous.isEmpty, compare(previous.span.raw, entry.key) >= 0 {
            report.add(Corruption(table: table, key: entry.key, reason: "it does not come after the entry before it"))
        }
        previous = entry.key.copied
    }

    /// A walk goes from page to page, a search comes down the tree: damage further up can hide an entry from searches
    /// alone. There are two: reads of values look at pages themselves, everything else has LMDB search.
    private mutating func checkReach(
        _ entry: Entry,
        in table: StoreTable,
        _ snapshot: borrowing Snapshot
    ) throws(StorageError) {
        guard entry.isPossible else { return }
        let slot = table == .history ? StoreTables.historySlot : StoreTables.latestSlot
        do throws(StorageError) {
            let read = try snapshot.transaction.value(forKey: entry.key, at: slot)
            let found = try snapshot.transaction.value(forKey: entry.key, in: snapshot.tables[table])
            if let read, read.isIdentical(to: entry.value), let found, found.isIdentical(to: entry.value) { return }
        } catch {
            guard case .damaged = error else { throw error }
        }
        report.add(Corruption(table: table, key: entry.key, reason: "a search does not find it"))
    }

    /// The tree says of itself how many entries it has; a damaged page may have fewer.
    private mutating func checkCount(
        _ count: Int,
        in table: StoreTable,
        _ snapshot: borrowing Snapshot
    ) throws(StorageError) {
        let expected = try snapshot.transaction.statistics(of: snapshot.tables[table]).entries
        if count == expected { return }
        let reason = "\(count) entries were found where there should be \(expected)"
        let none: [UInt8] = []
        report.add(Corruption(table: table, key: none.span.raw, reason: reason))
    }

    /// No cell is younger than the newest commit, unless `meta` is that of an earlier one.
    private mutating func checkLastCommit(_ snapshot: borrowing Snapshot) {
        guard report.cells > 0, let last = try? snapshot.lastCommitTime?.nanoseconds ?? .min else { return }
        if newestCommit <= last { return }
        report.add(.lastCommitTooEarly)
    }

    /// Where a damaged cell may be the newest live one, it is not known what the row should say. Then only the damage
    /// is reported, and the row is not compared.
    private mutating func compareWithLatest(
        _ number: UInt32,
        _ entity: RawSpan,
        _ snapshot: borrowing Snapshot
    ) throws(StorageError) {
        // The rows of a feature that waits to be reclaimed go with its cells.
        guard let record = registry.record(number), !record.isDoomed else { return }
        let newest: Cell?
        do throws(ReadError) { newest = try snapshot.newestLive(number, entity) } catch { return }
        if newest != nil { expectedRows += 1 }
        guard let (fault, key) = try snapshot.rowFault(record.feature.handle, entity, newest) else { return }
        if fault == .missing, let newest, try mayBeWithoutRow(entity, newest.eventTime, record, snapshot) {
            expectedRows -= 1
            return
        }
        report.add(Corruption(table: .latest, key: key.span.raw, reason: fault.reason))
    }

    /// A row goes before its cells while an entity is being erased, and with the first of the cells that retention
    /// hides.
    private func mayBeWithoutRow(
        _ entity: RawSpan,
        _ eventTime: Int64,
        _ record: FeatureRecord,
        _ snapshot: borrowing Snapshot
    ) throws(StorageError) -> Bool {
        let (handle, rule) = (record.feature.handle, record.rule)
        if try snapshot.transaction.isErasing(entity, space: handle.space, snapshot.tables) { return true }
        if eventTime < rule.oldestKept(at: snapshot.now) { return true }
        guard rule.maxVersions > 0 else { return false }
        do throws(ReadError) {
            let walk = try snapshot.historyWalk(near: true)
            var series = SeriesWalk(walk, number: handle.number, entity: entity, scratch: snapshot.scratch)
            return try !series.isAmongNewest(rule.maxVersions, eventTime: eventTime)
        } catch {
            return false
        }
    }

    mutating func walkLatest(_ snapshot: borrowing Snapshot) throws(StorageError) {
        let cursor = try OwnedCursor(over: snapshot.tables.latest, in: snapshot.transaction)
        var previous: [UInt8] = []
        var liveRows = 0
        var found = try cursor.walk.first()
        while let entry = found {
            report.rows += 1
            checkOrder(entry, &previous, in: .latest)
            try checkReach(entry, in: .latest, snapshot)
            if let damage = ScannedRow.damage(entry) { report.add(damage) }
            if let row = ScannedRow(entry), let record = registry.record(row.number),
                record.feature.handle.space == row.space
            {
                if !record.isDoomed { liveRows += 1 }
            } else {
                report.add(Corruption(table: .latest, key: entry.key, reason: "it belongs to no feature"))
            }
            found = try cursor.walk.next()
        }
        try checkCount(report.rows, in: .latest, snapshot)
        if liveRows > expectedRows, report.problemCount == 0 {
            let none: [UInt8] = []
            report.add(
                Corruption(
                    table: .latest,
                    key: none.span.raw,
                    reason: "\(liveRows - expectedRows) rows have no series in history"
                )
            )
        }
    }
}
