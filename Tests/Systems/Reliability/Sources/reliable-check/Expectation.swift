internal import FStore
internal import Ledger

/// What the store must hold, from the operations that have happened: every cell, and which of them may be seen.
struct Expectation {
    struct Key: Hashable {
        var feature: String
        var entity: String
    }

    struct Cell {
        var eventTime: Int64
        var commitTime: Int64
        /// `nil` is a tombstone.
        var value: FeatureValue?
    }

    private(set) var features: [String: FeatureDefinition] = [:]
    private(set) var series: [Key: [Cell]] = [:]
    private let plan: Plan

    init(_ plan: Plan) {
        self.plan = plan
    }

    // MARK: Operations

    mutating func apply(_ operation: Operation, thread: Int, sequence: Int, commitTime: Int64) {
        switch operation {
        case .setUp: for definition in plan.definitions { features[definition.name] = definition }
        case .write(let cells):
            for cell in Self.counting(cells) { add(cell, commitTime) }
            add(PlannedCell(markerOf: thread, sequence: sequence), commitTime)
        case .define(let definition): features[definition.name] = definition
        case .delete(let name):
            features[name] = nil
            for key in keys(of: name) { series[key] = nil }
        case .eraseEntity(let entity): for key in keys(about: entity) { series[key] = nil }
        case .eraseValues(let name): for key in keys(of: name) { series[key] = nil }
        case .retain(let name, let maxVersions):
            // What the old limit has hidden does not come back.
            for key in keys(of: name) { trim(key) }
            features[name]?.retention.maxVersions = maxVersions
        case .sweep, .backup: break
        }
    }

    func keys(of feature: String) -> [Key] { series.keys.filter { $0.feature == feature } }

    func keys(about entity: String) -> [Key] { series.keys.filter { $0.entity == entity } }

    /// Of several cells for one moment in one batch, the last one counts. A load has none, and is long.
    private static func counting(_ cells: [PlannedCell]) -> [PlannedCell] {
        if cells.count > 12 { return cells }
        return cells.enumerated()
            .filter { index, cell in
                !cells[(index + 1)...]
                    .contains {
                        $0.eventTime == cell.eventTime && $0.feature == cell.feature && $0.entity == cell.entity
                    }
            }
            .map(\.element)
    }

    private mutating func add(_ cell: PlannedCell, _ commitTime: Int64) {
        let key = Key(feature: cell.feature, entity: cell.entity)
        var cells = series.removeValue(forKey: key) ?? []
        cells.append(Cell(eventTime: cell.eventTime, commitTime: commitTime, value: cell.value))
        let isLong = cells.count > 400 && cells.count.isMultiple(of: 64)
        series[key] = cells
        // Newer cells only hide more, so that what is hidden now need not be kept; a long run stays small.
        if isLong { trim(key) }
    }

    // MARK: Retention

    /// Removes what retention hides.
    private mutating func trim(_ key: Key) {
        let oldest = oldestKept(key)
        if oldest > .min { series[key]?.removeAll { $0.eventTime < oldest } }
    }

    private func oldestKept(_ key: Key) -> Int64 {
        guard let retention = features[key.feature]?.retention else { return .min }
        var oldest = retention.maxAge == nil ? Int64.min : Plan.agedFloor
        if let count = retention.maxVersions {
            let times = Set(series[key, default: []].map(\.eventTime).filter { $0 >= oldest }).sorted(by: >)
            if times.count >= count { oldest = max(oldest, times[count - 1]) }
        }
        return oldest
    }

    // MARK: Answers

    /// The cells that lie in the file once everything is swept, in the order of event and commit time.
    func stored(_ key: Key) -> [Cell] {
        let oldest = oldestKept(key)
        return (series[key] ?? []).filter { $0.eventTime >= oldest }
            .sorted { ($0.eventTime, $0.commitTime) < ($1.eventTime, $1.commitTime) }
    }

    /// Of those, the newest of each event time that is no tombstone.
    static func visible(_ stored: [Cell]) -> [Cell] {
        var visible: [Cell] = []
        for (index, cell) in stored.enumerated() where cell.value != nil {
            let isNewest = index + 1 == stored.count || stored[index + 1].eventTime != cell.eventTime
            if isNewest { visible.append(cell) }
        }
        return visible
    }
}
