internal import FStoreLMDB

/// Removes cells physically, at most so many at a time, and the rows of `latest` that showed them.
extension SeriesWriter {
    /// Removes the rows of an entity in a space, of every feature.
    ///
    /// - Parameter upTo: rows of later commits stay. A damaged row does not tell its commit time, and is removed.
    /// - Returns: how many are gone; `budget` means that there may be more.
    borrowing func removeRows(
        of entity: RawSpan,
        space: UInt32,
        upTo: Int64,
        budget: Int
    ) throws(StorageError) -> Int {
        let memory = scratch.latest
        var key = ByteComposer(in: memory)
        key.appendEntity(space: space, entity)
        var removed = 0
        var found = try latest.walk.seek(atOrAfter: key.bytes)
        while removed < budget, let row = found, row.key.byteCount == key.count + 4, row.key.starts(with: key.bytes) {
            // Rows of later commits were written after the erasure began.
            if !Self.isLater(row, than: upTo) {
                try latest.removeCurrent()
                removed += 1
            }
            found = try latest.walk.next()
        }
        return removed
    }

    private static func isLater(_ row: Entry, than upTo: Int64) -> Bool {
        guard let cell = Cell(latestKey: row.key, value: row.value) else { return false }
        return cell.commitTime > upTo
    }

    /// Removes the cells of a series that were committed at or before `upTo`, and leaves the row of what stays.
    ///
    /// - Returns: how many are gone; `budget` means that there may be more.
    borrowing func removeCells(
        of feature: FeatureHandle,
        _ entity: RawSpan,
        upTo: Int64,
        budget: Int
    ) throws -> Int {
        let memory = scratch.history
        var key = ByteComposer(in: memory)
        key.appendSeries(feature.number, entity)
        var removed = 0
        var hasSurvivors = false
        var found = try history.walk.seek(atOrAfter: key.bytes)
        while let entry = found, entry.key.byteCount == key.count + HistoryKey.timeBytes,
            entry.key.starts(with: key.bytes), removed < budget
        {
            if HistoryKey.commitTime(in: entry.key) <= upTo {
                try history.removeCurrent()
                removed += 1
            } else {
                hasSurvivors = true
            }
            found = try history.walk.next()
        }
        if hasSurvivors {
            let rowMemory = scratch.latest
            var row = ByteComposer(in: rowMemory)
            row.appendLatestKey(space: feature.space, entity, feature.number)
            try deriveRow(row.bytes, notAfter: .max)
        }
        return removed
    }

    /// Removes the cells of a series whose event times are before `oldest`, and the row if it showed one of them.
    ///
    /// - Returns: how many are gone; `budget` means that there may be more.
    borrowing func removeCells(
        of feature: FeatureHandle,
        _ entity: RawSpan,
        before oldest: Int64,
        budget: Int
    ) throws(StorageError) -> Int {
        guard oldest > .min else { return 0 }
        let memory = scratch.history
        var key = ByteComposer(in: memory)
        key.appendSeries(feature.number, entity)
        let prefixBytes = key.count
        // The newest of the cells that go; all older ones of the series follow it.
        key.appendTimes(eventTime: oldest - 1, commitTime: .max)
        var removed = 0
        var found = try history.walk.seek(atOrAfter: key.bytes)
        while let entry = found, entry.key.byteCount == key.count,
            entry.key.starts(with: key.bytes.extracting(first: prefixBytes)), removed < budget
        {
            try history.removeCurrent()
            removed += 1
            found = try history.walk.next()
        }
        if removed > 0 {
            let rowMemory = scratch.latest
            var row = ByteComposer(in: rowMemory)
            row.appendLatestKey(space: feature.space, entity, feature.number)
            try removeRow(row.bytes) { cell in
                // A damaged row does not say what it shows; it is left for `verify` to report.
                guard let cell else { return false }
                return cell.eventTime < oldest
            }
        }
        return removed
    }

    /// Removes cells of a feature from its first entity on, and the row of each entity with the first of its cells.
    ///
    /// Every row of `latest` belongs to a series of `history`, so a walk over one finds all of the other.
    ///
    /// - Returns: how many are gone; less than `budget` means that none is left.
    borrowing func removeCells(of feature: FeatureHandle, budget: Int) throws(StorageError) -> Int {
        let prefix = FeatureRecord.key(feature.number)
        var entity: [UInt8] = []
        var removed = 0
        var found = try history.walk.seek(atOrAfter: prefix.span.raw)
        while let entry = found, entry.key.starts(with: prefix.span.raw), removed < budget {
            if let key = HistoryKey(entry.key), !key.entity.isIdentical(to: entity.span.raw) {
                entity = key.entity.copied
                let memory = scratch.latest
                var row = ByteComposer(in: memory)
                row.appendLatestKey(space: feature.space, entity.span.raw, feature.number)
                try removeRow(row.bytes) { _ in true }
            }
            try history.removeCurrent()
            removed += 1
            found = try history.walk.next()
        }
        return removed
    }
}
