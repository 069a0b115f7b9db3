internal import FStoreLMDB

/// Changes `history` and `latest` in one write transaction, so that each row of `latest` always is the newest live cell
/// of its series.
///
/// Two cursors, one over each table: what is written and removed in key order finds its page without a descent.
struct SeriesWriter: ~Copyable, ~Escapable {
    let history: WriteCursor
    let latest: WriteCursor
    let scratch: WriterScratch

    @_lifetime(borrow transaction)
    init(
        _ transaction: borrowing WriteTransaction,
        _ tables: StoreTables,
        _ scratch: WriterScratch
    ) throws(StorageError) {
        let history = try transaction.cursor(over: tables.history)
        let latest = try transaction.cursor(over: tables.latest)
        self.history = history
        self.latest = latest
        self.scratch = scratch
    }

    // MARK: Rows of `latest`

    /// Stores the row under `key`.
    ///
    /// - Parameter isLast: the key is greater than every key of the table.
    borrowing func putRow(
        _ key: RawSpan,
        eventTime: Int64,
        commitTime: Int64,
        storedValue: RawSpan,
        isLast: Bool = false
    ) throws(StorageError) {
        let memory = scratch.value
        var value = ByteComposer(in: memory)
        value.append(littleEndian: eventTime)
        value.append(littleEndian: commitTime)
        value.append(storedValue)
        value.append(littleEndian: checksum(key, value.bytes))
        try latest.put(value.bytes, forKey: key, isLast: isLast)
    }

    /// Makes the row what `history` says: the newest live cell of the series, or no row.
    ///
    /// - Parameters:
    ///   - key: not in the map, because this writes.
    ///   - notAfter: no live cell of the series is newer.
    borrowing func deriveRow(_ key: RawSpan, notAfter: Int64) throws {
        guard let parsed = LatestKey(key) else { return }
        let memory = scratch.history
        var series = SeriesWalk(
            TableWalk(history.walk),
            number: parsed.number,
            entity: parsed.entity,
            scratch: memory
        )
        if let cell = try series.newestLive(asOf: notAfter, knownAt: .max) {
            // Copied: storing the row may move the page that the cell lies on.
            let storedValue = cell.storedValue
            let (eventTime, commitTime) = (cell.eventTime, cell.commitTime)
            try putRow(key, eventTime: eventTime, commitTime: commitTime, storedValue: storedValue.span.raw)
        } else {
            try removeRow(key) { _ in true }
        }
    }

    /// Removes the row under `key` if there is one and `isWanted` says so of its cell, which is `nil` where the row is
    /// damaged.
    borrowing func removeRow(_ key: RawSpan, where isWanted: (Cell?) -> Bool) throws(StorageError) {
        guard let row = try latest.walk.seek(atOrAfter: key), row.key.isIdentical(to: key),
            isWanted(Cell(latestKey: row.key, value: row.value))
        else { return }
        try latest.removeCurrent()
    }

    // MARK: Looking

    /// The entity that follows `entity` in the history of `feature`, or `nil` after the last one.
    borrowing func entity(after entity: [UInt8], of feature: FeatureHandle) throws(StorageError) -> [UInt8]? {
        try history.walk.entity(after: entity.span.raw, of: feature.number, scratch.history)?.copied
    }

    /// ``SeriesWalk/oldestKept(by:at:notBefore:)`` of a series.
    borrowing func oldestKept(
        by rule: FeatureRule,
        at now: Timestamp,
        of number: UInt32,
        _ entity: RawSpan,
        notBefore: Int64 = .min
    ) throws(ReadError) -> Int64 {
        let memory = scratch.history
        var series = SeriesWalk(TableWalk(history.walk), number: number, entity: entity, scratch: memory)
        return try series.oldestKept(by: rule, at: now, notBefore: notBefore)
    }

    /// Has looking pass over no more than `count` cells; then it throws ``ReadError/limit(_:)``.
    borrowing func limitSteps(to count: Int) { scratch.history.stepsLeft = count }
}

/// Memory that the writer composes keys and values in.
struct WriterScratch {
    let history = Scratch(capacity: 512)
    let latest = Scratch(capacity: 512)
    let value = Scratch(capacity: StoreLimits.valueBytes.upperBound + 64)
}
