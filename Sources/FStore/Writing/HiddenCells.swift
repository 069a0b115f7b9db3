/// Counts the cells of a group that retention hides at once: their callers are told, since no read will.
struct HiddenCells {
    /// The most cells that are looked at to count the hidden ones of a group. The count may be too low when a write is
    /// much older than the newest cell of a long series: a warning must not hold up the writer.
    private static let maxSteps = 100_000

    private let registry: FeatureRegistry
    private let now: Timestamp

    init(_ registry: FeatureRegistry, now: Timestamp) {
        self.registry = registry
        self.now = now
    }

    /// One number for each request; an empty array if none of their features has retention, as in most groups.
    func count(_ requests: [BatchRequest], _ series: borrowing SeriesWriter) throws -> [Int] {
        var counts: [Int] = []
        series.limitSteps(to: Self.maxSteps)
        defer { series.limitSteps(to: .max) }
        for (index, request) in requests.enumerated()
        where request.batch.contents.contains(where: { registry.rules[$0.feature.number].hasRetention }) {
            if counts.isEmpty { counts = Array(repeating: 0, count: requests.count) }
            do throws(ReadError) {
                try count(request.batch.cells, series, into: &counts[index])
            } catch {
                guard case .limit = error else { throw error }
                return counts
            }
        }
        return counts
    }

    /// Goes series by series: the cells of one stand together, newest first. `history` has the group's cells already.
    private func count(
        _ cells: borrowing CellArena,
        _ series: borrowing SeriesWriter,
        into hidden: inout Int
    ) throws(ReadError) {
        var start = 0
        while start < cells.order.count {
            let first = cells.order[start]
            let name = cells.series(first)
            var end = start + 1
            while end < cells.order.count, cells.series(cells.order[end]).isIdentical(to: name) { end += 1 }
            let number = cells.number(first)
            let rule = registry.rules[number]
            if rule.hasRetention {
                let oldest = cells.eventTime(cells.order[end - 1])
                let entity = cells.entityBytes(first)
                let kept = try series.oldestKept(by: rule, at: now, of: number, entity, notBefore: oldest)
                for position in start..<end {
                    let index = cells.order[position]
                    if cells.eventTime(index) < kept, !cells.isTombstone(index) { hidden += 1 }
                }
            }
            start = end
        }
    }
}
