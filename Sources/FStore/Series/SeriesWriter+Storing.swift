internal import FStoreLMDB

/// Stores the cells of a group: all of them in `history`, then the newest of each series in `latest`.
extension SeriesWriter {
    /// A series that the group writes to.
    private struct Change {
        /// The newest cell that the group has for it.
        var newest: Int
        var hasTombstone: Bool
        var keyOffset: Int
        var keyBytes: Int
    }

    /// Stores `cells`, which are stamped and sorted.
    ///
    /// - Parameter spaces: the space of each feature among them.
    borrowing func store(_ cells: borrowing CellArena, spaces: [UInt32: UInt32]) throws {
        try storeHistory(cells)
        try bringUpLatest(cells, spaces)
    }

    /// In key order with one cursor, so that most cells go to the page of the one before.
    private borrowing func storeHistory(_ cells: borrowing CellArena) throws(StorageError) {
        // Cells beyond the last key of the table are appended: LMDB then needs no descent, and fills pages instead of
        // splitting them in halves. Keys ascend, so once one is beyond the end all that follow are.
        let lastKey = try history.walk.last()?.key.copied
        var isBeyondEnd = lastKey == nil
        for index in cells.order {
            let key = cells.key(index)
            if !isBeyondEnd, let lastKey { isBeyondEnd = compare(key, lastKey.span.raw) > 0 }
            try history.put(cells.storedValue(index), forKey: key, isLast: isBeyondEnd)
        }
    }

    /// A cell becomes the latest of its series when its event time is not before that of the row; a late one does not.
    /// A tombstone may uncover an older cell, so the row of its series is derived from `history`, which has the group's
    /// cells by now.
    private borrowing func bringUpLatest(_ cells: borrowing CellArena, _ spaces: [UInt32: UInt32]) throws {
        var keys = ByteArena(capacity: 4096)
        var changes = Self.changes(cells, spaces, &keys)
        // `history` is sorted by feature, `latest` by entity: sorted anew, neighbors share a page here too.
        changes.sort { left, right in
            keys.compare((left.keyOffset, left.keyBytes), (right.keyOffset, right.keyBytes)) < 0
        }
        let lastKey = try latest.walk.last()?.key.copied
        for change in changes {
            let key = keys.bytes(at: change.keyOffset, count: change.keyBytes)
            // Compared with the last key from before the group. Rows of this group beyond it were stored in ascending
            // order, so the key is greater than those too.
            var isBeyondEnd = true
            if let lastKey { isBeyondEnd = compare(key, lastKey.span.raw) > 0 }
            try bringUp(change, cells, key, isBeyondEnd)
        }
    }

    /// The cells come sorted, so the cells of a series lie together, newest first. Composes the keys of their rows.
    private static func changes(
        _ cells: borrowing CellArena,
        _ spaces: [UInt32: UInt32],
        _ keys: inout ByteArena
    ) -> [Change] {
        var changes: [Change] = []
        for index in cells.order {
            let key = cells.key(index)
            let isTombstone = cells.isTombstone(index)
            if let last = changes.last {
                let previous = cells.key(last.newest)
                if key.byteCount == previous.byteCount,
                    key.starts(with: previous.extracting(droppingLast: HistoryKey.timeBytes))
                {
                    if isTombstone { changes[changes.count - 1].hasTombstone = true }
                    continue
                }
            }
            guard let parsed = HistoryKey(key) else { preconditionFailure("a composed key is a key") }
            let offset = keys.count
            keys.append(bigEndian: spaces[parsed.number] ?? 0)
            keys.append(bigEndian: UInt8(truncatingIfNeeded: parsed.entity.byteCount))
            keys.append(parsed.entity)
            keys.append(bigEndian: parsed.number)
            changes.append(
                Change(newest: index, hasTombstone: isTombstone, keyOffset: offset, keyBytes: keys.count - offset)
            )
        }
        return changes
    }

    private borrowing func bringUp(
        _ change: Change,
        _ cells: borrowing CellArena,
        _ key: RawSpan,
        _ isBeyondEnd: Bool
    ) throws {
        let cellKey = cells.key(change.newest)
        let eventTime = HistoryKey.eventTime(in: cellKey)
        var newestBefore = Int64.min
        if !isBeyondEnd, let row = try latest.walk.seek(atOrAfter: key), row.key.isIdentical(to: key) {
            guard let cell = Cell(latestKey: row.key, value: row.value) else {
                // The row is damaged; `history` has what it should say.
                return try deriveRow(key, notAfter: .max)
            }
            newestBefore = cell.eventTime
            if newestBefore > eventTime, !change.hasTombstone { return }
        }
        if change.hasTombstone {
            // Neither the row nor the group has anything newer than this, so the search does not have to walk over
            // tombstones that earlier batches left at later event times.
            return try deriveRow(key, notAfter: max(newestBefore, eventTime))
        }
        try putRow(
            key,
            eventTime: eventTime,
            commitTime: HistoryKey.commitTime(in: cellKey),
            storedValue: cells.value(change.newest),
            isLast: isBeyondEnd
        )
    }
}
