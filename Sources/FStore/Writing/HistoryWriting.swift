internal import FStoreLMDB

/// Stores the cells of a group in `history`, in key order with one cursor.
enum HistoryWriting {
    /// Cells beyond the table's last key are appended: no descent, and pages that are full.
    static func run(
        _ cells: borrowing CellArena,
        _ writer: Writer,
        _ transaction: borrowing WriteTransaction
    ) throws(StorageError) {
        let cursor = try transaction.cursor(over: writer.tables.history)
        let lastKey = try cursor.walk.last()?.key.copied
        var isBeyondEnd = lastKey == nil
        for index in cells.order {
            let key = cells.key(index)
            if !isBeyondEnd, let lastKey { isBeyondEnd = compare(key, lastKey.span.raw) > 0 }
            try cursor.put(cells.storedValue(index), forKey: key, isLast: isBeyondEnd)
        }
    }
}
