/// Removes the cells of a deleted or erased feature, slice by slice, and at last its record.
enum FeatureReclamation {
    static func slice(_ number: UInt32, _ writer: Writer) throws(WriteError) -> (removed: Int, isDone: Bool) {
        try writer.removing { budget throws(WriteError) in
            try writer.change(.reclaiming) { transaction, registry throws(WriteError) in
                guard let record = registry.record(number), record.isDoomed else { return ((0, true), nil) }
                do {
                    let series = try SeriesWriter(transaction, writer.tables, writer.scratch)
                    let removed = try series.removeCells(of: record.feature.handle, budget: budget)
                    if removed == budget { return ((removed, false), nil) }
                    let changed = try writer.store([], removing: [number], over: registry, in: transaction)
                    return ((removed, true), changed)
                } catch {
                    throw writer.failure(any: error)
                }
            }
        }
    }
}
