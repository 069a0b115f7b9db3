/// Counts the cells of a group that retention hides at once: their callers are told, since no read will.
struct HiddenCells {
    private let registry: FeatureRegistry
    private let now: Timestamp

    init(_ registry: FeatureRegistry, now: Timestamp) {
        self.registry = registry
        self.now = now
    }

    /// One number for each request; none at all when no feature of theirs has retention, as for most groups.
    func count(_ requests: [BatchRequest], _ series: borrowing SeriesWriter) throws -> [Int] {
        var counts: [Int] = []
        for (index, request) in requests.enumerated() {
            // A look at each feature of a batch, not at each cell.
            for content in request.batch.contents where !registry.isPlain(content.feature.number) {
                guard let rule = registry.rule(content.feature), rule.hasRetention else { continue }
                let hidden = try count(request.batch.cells, content.feature, rule, series)
                if hidden > 0, counts.isEmpty { counts = Array(repeating: 0, count: requests.count) }
                if hidden > 0 { counts[index] += hidden }
            }
        }
        return counts
    }

    private func count(
        _ cells: borrowing CellArena,
        _ feature: FeatureHandle,
        _ rule: FeatureRule,
        _ series: borrowing SeriesWriter
    ) throws -> Int {
        let oldest = rule.oldestKept(at: now)
        var hidden = 0
        for index in cells.order where cells.number(index) == feature.number && !cells.isTombstone(index) {
            let eventTime = cells.eventTime(index)
            let isTooOld = eventTime < oldest
            if isTooOld, !rule.keepsLatest {
                hidden += 1
            } else if let versions = isTooOld ? 1 : rule.maxVersions > 0 ? rule.maxVersions : nil {
                // `history` has the group's cells by now.
                let entity = cells.entity(index)
                let kept = try series.oldestAmongNewest(versions, of: feature, entity.bytes, notBefore: eventTime)
                if kept > eventTime { hidden += 1 }
            }
        }
        return hidden
    }
}
