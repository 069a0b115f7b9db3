internal import FStoreLMDB

/// Removes the cells of a deleted or erased feature, slice by slice, and at last its record.
enum FeatureReclamation {
    static func slice(_ number: UInt32, _ writer: Writer) throws(WriteError) -> (removed: Int, isDone: Bool) {
        try writer.change { transaction, registry throws(WriteError) in
            guard let record = registry.record(number), record.isDoomed else { return ((0, true), nil) }
            do {
                let removed = try removeCells(record, writer, transaction)
                if removed == Housekeeping.sliceBudget { return ((removed, false), nil) }
                try transaction.remove(Writer.featureKey(number).span.raw, from: writer.tables.features)
                let changed = registry.changing([], removing: [number])
                return ((removed, true), try writer.store(changed, in: transaction))
            } catch let error as StorageError {
                throw writer.failure(error)
            } catch {
                throw .storage("\(error)")
            }
        }
    }

    /// Every row of `latest` belongs to a series of `history`, so walking one finds all of the other.
    private static func removeCells(
        _ record: FeatureRecord,
        _ writer: Writer,
        _ transaction: borrowing WriteTransaction
    ) throws(StorageError) -> Int {
        let cursor = try transaction.cursor(over: writer.tables.history)
        let prefix = Writer.featureKey(record.number)
        var entity: [UInt8] = []
        var removed = 0
        var found = try cursor.walk.seek(atOrAfter: prefix.span.raw)
        while let entry = found, entry.key.starts(with: prefix.span.raw), removed < Housekeeping.sliceBudget {
            if let key = HistoryKey(entry.key), !key.entity.isIdentical(to: entity.span.raw) {
                entity = key.entity.copied
                let memory = writer.scratch.latest
                var row = ByteComposer(in: memory)
                row.appendLatestKey(space: record.feature.handle.space, entity.span.raw, record.number)
                try transaction.remove(row.bytes, from: writer.tables.latest)
            }
            try cursor.removeCurrent()
            removed += 1
            found = try cursor.walk.next()
        }
        return removed
    }
}
