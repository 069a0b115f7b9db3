internal import FStoreLMDB

/// Removes what retention no longer keeps, series by series, over all features that have a limit.
struct RetentionSweep {
    /// Features still to be looked at, the one at hand first.
    private var features: [FeatureHandle]
    /// The entity of the feature at hand that was looked at last.
    private var entity: [UInt8] = []
    /// The budget ended within that entity's series: it comes once more.
    private var isEntityPending = false
    private(set) var removedCells = 0

    init(_ registry: FeatureRegistry) {
        features = registry.features.map(\.handle)
            .filter { handle in
                guard let rule = registry.rule(handle) else { return false }
                return rule.maxAge > 0 || rule.maxVersions > 0 || rule.ageFloor > .min
            }
    }

    /// A pass over one feature.
    init(_ feature: FeatureHandle) {
        features = [feature]
    }

    /// Looks at series until the budget of series and cells is spent. `true` when all is done.
    mutating func slice(_ writer: Writer, budget: Int) throws(WriteError) -> Bool {
        guard !features.isEmpty else { return true }
        var copy = self
        let isDone: Bool = try writer.change { transaction, registry throws(WriteError) in
            do {
                return (try copy.run(writer, transaction, registry, budget: budget), nil)
            } catch let error as StorageError {
                throw writer.failure(error)
            } catch let error as ReadError {
                throw WriteError(error)
            } catch {
                throw .storage("\(error)")
            }
        }
        self = copy
        return isDone
    }

    private mutating func run(
        _ writer: Writer,
        _ transaction: borrowing WriteTransaction,
        _ registry: FeatureRegistry,
        budget: Int
    ) throws -> Bool {
        var left = budget
        let history = try transaction.cursor(over: writer.tables.history)
        let latest = try transaction.cursor(over: writer.tables.latest)
        while let feature = features.first {
            guard let rule = registry.rule(feature), try moveToNextEntity(feature, history, writer) else {
                features.removeFirst()
                entity = []
                continue
            }
            let removed = try sweepSeries(feature, rule, history, latest, writer, budget: left)
            removedCells += removed
            isEntityPending = removed == left
            left -= 1 + removed
            if left <= 0 { return false }
        }
        return true
    }

    /// Seeks past the entity that was looked at last.
    private mutating func moveToNextEntity(
        _ feature: FeatureHandle,
        _ history: borrowing WriteCursor,
        _ writer: Writer
    ) throws(StorageError) -> Bool {
        if isEntityPending { return true }
        let memory = writer.scratch.history
        var key = ByteComposer(in: memory)
        key.appendSeries(feature.number, entity.span.raw)
        key.appendTimes(eventTime: .min, commitTime: .min)
        var found = try history.walk.seek(atOrAfter: key.bytes)
        if let entry = found, entry.key.isIdentical(to: key.bytes) { found = try history.walk.next() }
        guard let entry = found, let parsed = HistoryKey(entry.key), parsed.number == feature.number else {
            return false
        }
        entity = parsed.entity.copied
        return true
    }

    /// Removes the cells of one series that are older than what is kept, from the newest of them on.
    private func sweepSeries(
        _ feature: FeatureHandle,
        _ rule: FeatureRule,
        _ history: borrowing WriteCursor,
        _ latest: borrowing WriteCursor,
        _ writer: Writer,
        budget: Int
    ) throws -> Int {
        let memory = writer.scratch.history
        var oldest = rule.oldestKept(at: writer.options.clock())
        if rule.maxVersions > 0 {
            var search = HistorySearch(
                TableWalk(history.walk),
                number: feature.number,
                entity: entity.span.raw,
                scratch: memory
            )
            oldest = max(oldest, try search.oldestAmongNewest(rule.maxVersions, notBefore: oldest))
        }
        guard oldest > .min else { return 0 }
        var key = ByteComposer(in: memory)
        key.appendSeries(feature.number, entity.span.raw)
        let seriesBytes = key.count
        key.appendTimes(eventTime: oldest - 1, commitTime: .max)
        var removed = 0
        var found = try history.walk.seek(atOrAfter: key.bytes)
        while let entry = found, entry.key.byteCount == key.count,
            entry.key.starts(with: key.bytes.extracting(first: seriesBytes)), removed < budget
        {
            try history.removeCurrent()
            removed += 1
            found = try history.walk.next()
        }
        if removed > 0 {
            let rowMemory = writer.scratch.latest
            var row = ByteComposer(in: rowMemory)
            row.appendLatestKey(space: feature.space, entity.span.raw, feature.number)
            if let stored = try latest.walk.seek(atOrAfter: row.bytes), stored.key.isIdentical(to: row.bytes),
                let cell = StoredCell(latestKey: stored.key, value: stored.value), cell.eventTime < oldest
            {
                try latest.removeCurrent()
            }
        }
        return removed
    }
}
