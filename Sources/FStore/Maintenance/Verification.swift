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
                _ = try MetaKey.verified(entry.value, key: entry.key)
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

    /// Walks series by series, newest cell first, and asks `latest` for each.
    mutating func walkHistory(_ snapshot: borrowing Snapshot) throws(StorageError) {
        let cursor = try OwnedCursor(over: snapshot.tables.history, in: snapshot.transaction)
        var previous: [UInt8] = []
        var series: [UInt8] = []
        var live = LiveCell()
        var found = try cursor.walk.first()
        while let entry = found {
            report.cells += 1
            if report.cells % 100_000 == 0 { progress?(report.cells) }
            checkOrder(entry, &previous, in: .history)
            try checkReach(entry, in: .history, snapshot)
            if let key = HistoryKey(entry.key) {
                newestCommit = max(newestCommit, key.commitTime)
                if !entry.key.extracting(droppingLast: 16).isIdentical(to: series.span.raw) {
                    try compareWithLatest(series, live, snapshot)
                    series = entry.key.extracting(droppingLast: 16).copied
                    live = LiveCell()
                    if registry.record(key.number) == nil {
                        report.add(Corruption(table: .history, key: entry.key, reason: "it belongs to no feature"))
                    }
                }
                checkCell(entry, &live)
            } else {
                report.add(Corruption(table: .history, key: entry.key, reason: "its key is malformed"))
            }
            found = try cursor.walk.next()
        }
        try compareWithLatest(series, live, snapshot)
        try checkCount(report.cells, in: .history, snapshot)
        checkLastCommit(snapshot)
    }

    /// The newest live cell of the series that is being walked.
    private struct LiveCell {
        var eventTime: Int64 = 0
        var commitTime: Int64 = 0
        var tagAndPayload: [UInt8]?
        /// The event time whose newest commit has been seen: its older commits do not count.
        var settled: Int64?
        var isUnknown = false
    }

    private mutating func checkCell(_ entry: Entry, _ live: inout LiveCell) {
        guard let cell = StoredCell(history: entry) else {
            report.add(HistorySearch.damage(entry))
            live.isUnknown = live.isUnknown || live.tagAndPayload == nil
            return
        }
        if live.tagAndPayload != nil || live.settled == cell.eventTime { return }
        live.settled = cell.eventTime
        if cell.tag == .tombstone { return }
        live.eventTime = cell.eventTime
        live.commitTime = cell.commitTime
        live.tagAndPayload = [cell.tag.rawValue] + cell.payload.copied
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
        guard StoredSize.isPossible(key: entry.key, value: entry.value) else { return }
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
        let key = MetaKey.lastCommit
        report.add(Corruption(table: .meta, key: key.span.raw, reason: "there are cells of later commits"))
    }

    private mutating func compareWithLatest(
        _ series: [UInt8],
        _ live: LiveCell,
        _ snapshot: borrowing Snapshot
    ) throws(StorageError) {
        guard series.count > 5, !live.isUnknown else { return }
        let prefix = series.span.raw
        let number = prefix.bigEndian(at: 0, as: UInt32.self)
        // The rows of a feature that waits to be reclaimed go with its cells.
        guard let record = registry.record(number), !record.isDoomed else { return }
        let scratch = Scratch(capacity: 512)
        var key = ByteComposer(in: scratch)
        key.appendLatestKey(space: record.feature.handle.space, prefix.extracting(droppingFirst: 5), number)
        let value = try snapshot.transaction.value(forKey: key.bytes, in: snapshot.tables.latest)
        guard let expected = live.tagAndPayload else {
            if value != nil {
                report.add(Corruption(table: .latest, key: key.bytes, reason: "the series has no live cell"))
            }
            return
        }
        expectedRows += 1
        guard let value else {
            if try mayBeWithoutRow(prefix.extracting(droppingFirst: 5), live, record, snapshot) { return }
            report.add(Corruption(table: .latest, key: key.bytes, reason: "it is missing"))
            return
        }
        guard let cell = StoredCell(latestKey: key.bytes, value: value) else { return }
        let stored = [cell.tag.rawValue] + cell.payload.copied
        if cell.eventTime != live.eventTime || cell.commitTime != live.commitTime || stored != expected {
            report.add(Corruption(table: .latest, key: key.bytes, reason: "it is not the newest cell of its series"))
        }
    }

    /// A row goes before its cells while an entity is being erased, and with the first of the cells that retention
    /// hides.
    private mutating func mayBeWithoutRow(
        _ entity: RawSpan,
        _ live: LiveCell,
        _ record: FeatureRecord,
        _ snapshot: borrowing Snapshot
    ) throws(StorageError) -> Bool {
        var ticket = MetaKey.erasurePrefix
        for byte in Writer.featureKey(record.feature.handle.space) + entity.copied { ticket.append(byte) }
        if try snapshot.transaction.value(forKey: ticket.span.raw, in: snapshot.tables.meta) != nil {
            expectedRows -= 1
            return true
        }
        let rule = record.rule
        if live.eventTime < rule.oldestKept(at: snapshot.now) {
            expectedRows -= 1
            return true
        }
        guard rule.maxVersions > 0 else { return false }
        let scratch = Scratch(capacity: 512)
        let cursor = try OwnedCursor(over: snapshot.tables.history, in: snapshot.transaction)
        var search = HistorySearch(TableWalk(cursor.walk), number: record.number, entity: entity, scratch: scratch)
        guard let isKept = try? search.isAmongNewest(rule.maxVersions, eventTime: live.eventTime), !isKept else {
            return false
        }
        expectedRows -= 1
        return true
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
            let isSound = StoredCell(latestKey: entry.key, value: entry.value) != nil
            if !isSound {
                report.add(Corruption(table: .latest, key: entry.key, reason: "its checksum or its tag does not fit"))
            }
            if let key = LatestKey(entry.key), let record = registry.record(key.number),
                record.feature.handle.space == key.space
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
