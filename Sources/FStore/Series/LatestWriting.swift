internal import FStoreLMDB

/// Brings `latest` up to what a group has written to `history`.
///
/// A cell becomes the latest of its series when its event time is not before that of the row; a late one does not. A
/// tombstone may uncover an older cell, so its series is looked up again in `history`.
struct LatestWriting {
    private struct Series {
        /// The newest cell that the group has for it.
        var newest: Int
        var hasTombstone: Bool
        var keyOffset: Int
        var keyBytes: Int
    }

    private let writer: Writer
    /// The space of each feature in the group.
    private let spaces: [UInt32: UInt32]

    init(_ writer: Writer, spaces: [UInt32: UInt32]) {
        self.writer = writer
        self.spaces = spaces
    }

    func run(_ cells: borrowing CellArena, _ transaction: borrowing WriteTransaction) throws {
        var keys = ByteArena(capacity: 4096)
        var series = collectSeries(cells, &keys)
        series.sort { left, right in
            keys.compare((left.keyOffset, left.keyBytes), (right.keyOffset, right.keyBytes)) < 0
        }
        let latest = try transaction.cursor(over: writer.tables.latest)
        let history = try transaction.cursor(over: writer.tables.history)
        let lastKey = try latest.walk.last()?.key.copied
        for one in series {
            let key = keys.bytes(at: one.keyOffset, count: one.keyBytes)
            var isBeyondEnd = true
            if let lastKey { isBeyondEnd = compare(key, lastKey.span.raw) > 0 }
            try bringUp(one, cells, key, latest, history, isBeyondEnd)
        }
    }

    /// The cells come sorted, so the cells of a series lie together, newest first. Composes the keys of their rows.
    private func collectSeries(_ cells: borrowing CellArena, _ keys: inout ByteArena) -> [Series] {
        var series: [Series] = []
        for index in cells.order {
            let key = cells.key(index)
            let isTombstone = cells.value(index).byte(at: 0) == Tag.tombstone.rawValue
            if let last = series.last {
                let previous = cells.key(last.newest)
                if key.byteCount == previous.byteCount, key.starts(with: previous.extracting(droppingLast: 16)) {
                    if isTombstone { series[series.count - 1].hasTombstone = true }
                    continue
                }
            }
            guard let parsed = HistoryKey(key) else { preconditionFailure("a composed key is a key") }
            let offset = keys.count
            keys.append(bigEndian: spaces[parsed.number] ?? 0)
            keys.append(bigEndian: UInt8(truncatingIfNeeded: parsed.entity.byteCount))
            keys.append(parsed.entity)
            keys.append(bigEndian: parsed.number)
            series.append(
                Series(newest: index, hasTombstone: isTombstone, keyOffset: offset, keyBytes: keys.count - offset)
            )
        }
        return series
    }

    private func bringUp(
        _ series: Series,
        _ cells: borrowing CellArena,
        _ key: RawSpan,
        _ latest: borrowing WriteCursor,
        _ history: borrowing WriteCursor,
        _ isBeyondEnd: Bool
    ) throws {
        let cellKey = cells.key(series.newest)
        let eventTime = HistoryKey.eventTime(in: cellKey)
        var newestBefore = Int64.min
        if !isBeyondEnd, let row = try latest.walk.seek(atOrAfter: key), row.key.isIdentical(to: key) {
            guard let cell = StoredCell(latestKey: row.key, value: row.value) else {
                // The row is damaged; `history` has what it should say.
                return try LatestRow.derive(key, notAfter: .max, with: latest, history, writer.scratch)
            }
            newestBefore = cell.eventTime
            if newestBefore > eventTime, !series.hasTombstone { return }
        }
        if series.hasTombstone {
            // Nothing live lies behind both, so the search does not walk over tombstones of earlier batches.
            let newest = max(newestBefore, eventTime)
            return try LatestRow.derive(key, notAfter: newest, with: latest, history, writer.scratch)
        }
        try LatestRow.put(
            key,
            eventTime: eventTime,
            commitTime: HistoryKey.commitTime(in: cellKey),
            tagAndPayload: cells.value(series.newest),
            isLast: isBeyondEnd,
            with: latest,
            writer.scratch
        )
    }
}
