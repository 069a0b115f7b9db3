internal import FStoreLMDB

/// Removes what retention no longer keeps, series by series, over all features that have a limit.
struct RetentionSweep {
    /// Features that are left to sweep, the current one first.
    private var features: [FeatureHandle]
    /// The last entity of the current feature that was swept.
    private var entity: [UInt8] = []
    /// The budget ended within that entity's series: it comes once more.
    private var isEntityPending = false
    private(set) var removedCells = 0

    init(_ registry: FeatureRegistry) {
        features = registry.features.map(\.handle)
            .filter { handle in
                guard let rule = registry.rule(handle) else { return false }
                return rule.hasRetention
            }
    }

    /// A pass over one feature.
    init(_ feature: FeatureHandle) {
        features = [feature]
    }

    /// Looks at series until the budget of series and cells is spent. `true` when all is done.
    mutating func slice(_ writer: Writer) throws(WriteError) -> Bool {
        guard !features.isEmpty else { return true }
        let before = self
        let (swept, isDone) = try writer.removing { budget throws(WriteError) in
            try writer.change(.reclaiming) { transaction, registry throws(WriteError) in
                do {
                    // A clock that is years ahead would have everything removed that has a maximum age.
                    _ = try writer.believedTime(transaction.lastCommit(writer.tables), in: transaction)
                    var copy = before
                    let isDone = try copy.run(writer, transaction, registry, budget: budget)
                    return ((copy, isDone), nil)
                } catch {
                    throw writer.failure(any: error)
                }
            }
        }
        self = swept
        return isDone
    }

    private mutating func run(
        _ writer: Writer,
        _ transaction: borrowing WriteTransaction,
        _ registry: FeatureRegistry,
        budget: Int
    ) throws -> Bool {
        var left = budget
        let series = try SeriesWriter(transaction, writer.tables, writer.scratch)
        while let feature = features.first {
            guard let rule = registry.rule(feature), try moveToNextEntity(feature, series) else {
                features.removeFirst()
                entity = []
                continue
            }
            let removed = try sweepSeries(feature, rule, series, now: writer.options.clock(), budget: left)
            removedCells += removed
            isEntityPending = removed == left
            left -= 1 + removed
            if left <= 0 { return false }
        }
        return true
    }

    /// Goes to the entity behind the one that was looked at last.
    private mutating func moveToNextEntity(
        _ feature: FeatureHandle,
        _ series: borrowing SeriesWriter
    ) throws(StorageError) -> Bool {
        if isEntityPending { return true }
        guard let next = try series.entity(after: entity, of: feature) else { return false }
        entity = next
        return true
    }

    /// Removes the cells of one series that are older than what is kept, from the newest of them on.
    private func sweepSeries(
        _ feature: FeatureHandle,
        _ rule: FeatureRule,
        _ series: borrowing SeriesWriter,
        now: Timestamp,
        budget: Int
    ) throws -> Int {
        let name = entity.span.raw
        let oldest = try series.oldestKept(by: rule, at: now, of: feature.number, name)
        return try series.removeCells(of: feature, name, before: oldest, budget: budget)
    }
}
