import FStore

/// The store as the design's sentences say it, without an index, a cache or a table: every question looks at every cell.
struct ReferenceModel {
    struct Cell {
        var eventTime: Int64
        var commitTime: Int64
        /// `nil` is a tombstone.
        var value: FeatureValue?
    }

    struct FeatureState {
        var type: ValueType?
        var ttl: Int64?
        var maxAge: Int64?
        var maxVersions: Int?
        /// Whether the newest event time is kept whatever its age.
        var keepLatest = false
        /// Set when a maximum age is loosened: what it had hidden stays hidden.
        var ageFloor = Int64.min
        var series: [EntityID: [Cell]] = [:]

        func isTooOld(_ eventTime: Int64, in cells: [Cell], now: Int64) -> Bool {
            guard eventTime < max(ageFloor, maxAge.map { now - $0 } ?? .min) else { return false }
            return !(keepLatest && ReferenceModel.isAmongNewest(1, eventTime, in: cells))
        }
    }

    var features: [String: FeatureState] = [:]

    // MARK: Writing

    mutating func write(
        _ cells: [(feature: String, entity: EntityID, eventTime: Int64, value: FeatureValue?)],
        at commitTime: Int64
    ) {
        for cell in cells {
            var stored = cell.value
            if case .int64(let integer) = stored, features[cell.feature]?.type == .float64 {
                stored = .float64(Double(integer))
            }
            var series = features[cell.feature]?.series[cell.entity] ?? []
            // Within one batch the last one counts.
            series.removeAll { $0.eventTime == cell.eventTime && $0.commitTime == commitTime }
            series.append(Cell(eventTime: cell.eventTime, commitTime: commitTime, value: stored))
            features[cell.feature]?.series[cell.entity] = series
        }
    }

    mutating func setRetention(_ feature: String, maxAge: Int64?, maxVersions: Int?, keepLatest: Bool, now: Int64) {
        guard var state = features[feature] else { return }
        if keepLatest, !state.keepLatest {
            // What the age has hidden must not come back because it is the newest.
            for (entity, cells) in state.series {
                state.series[entity] = cells.filter { !state.isTooOld($0.eventTime, in: cells, now: now) }
            }
        }
        if let old = state.maxVersions, maxVersions ?? .max > old {
            for (entity, cells) in state.series {
                state.series[entity] = cells.filter { Self.isAmongNewest(old, $0.eventTime, in: cells) }
            }
        }
        if let old = state.maxAge, maxAge ?? .max > old { state.ageFloor = max(state.ageFloor, now - old) }
        state.maxAge = maxAge
        state.maxVersions = maxVersions
        state.keepLatest = keepLatest
        features[feature] = state
    }

    mutating func erase(_ entity: EntityID) {
        for name in features.keys { features[name]?.series[entity] = nil }
    }

    /// Whether retention hides this event time of a series, whatever was written there.
    func isHidden(_ feature: String, _ entity: EntityID, _ eventTime: Int64, now: Int64) -> Bool {
        guard let state = features[feature], let all = state.series[entity] else { return false }
        if state.isTooOld(eventTime, in: all, now: now) { return true }
        return state.maxVersions.map { !Self.isAmongNewest($0, eventTime, in: all) } ?? false
    }

    // MARK: Reading

    private static func isAmongNewest(_ count: Int, _ eventTime: Int64, in cells: [Cell]) -> Bool {
        Set(cells.map(\.eventTime).filter { $0 > eventTime }).count < count
    }

    /// The live cells that may be seen, one for each event time, oldest first.
    private func visible(_ feature: String, _ entity: EntityID, knownAt: Int64, now: Int64) -> [Cell] {
        guard let state = features[feature], let all = state.series[entity] else { return [] }
        var newest: [Int64: Cell] = [:]
        for cell in all where cell.commitTime <= knownAt {
            if let known = newest[cell.eventTime], known.commitTime > cell.commitTime { continue }
            newest[cell.eventTime] = cell
        }
        return newest.values
            .filter { cell in
                if cell.value == nil || state.isTooOld(cell.eventTime, in: all, now: now) { return false }
                if let count = state.maxVersions { return Self.isAmongNewest(count, cell.eventTime, in: all) }
                return true
            }
            .sorted { $0.eventTime < $1.eventTime }
    }

    func value(_ feature: String, _ entity: EntityID, _ time: PointInTime, now: Int64) -> Answer {
        let asOf = time.asOf?.nanoseconds ?? .max
        let candidates = liveBeforeRetention(feature, entity, knownAt: time.knownAt?.nanoseconds ?? .max)
        // Retention hides the cell that answers; it does not let an older one answer in its place, and could not, as
        // whatever is older is hidden too.
        guard let cell = candidates.last(where: { $0.eventTime <= asOf }),
            visible(feature, entity, knownAt: time.knownAt?.nanoseconds ?? .max, now: now)
                .contains(where: { $0.eventTime == cell.eventTime })
        else { return .missing }
        var answer = Answer(
            status: .present,
            value: cell.value,
            eventTime: Timestamp(nanoseconds: cell.eventTime),
            commitTime: Timestamp(nanoseconds: cell.commitTime)
        )
        let reference = (time.asOf ?? time.knownAt)?.nanoseconds ?? now
        if let ttl = features[feature]?.ttl, Self.age(cell.eventTime, reference) > ttl {
            answer.status = .expired
            answer.value = nil
        } else if cell.value == .null {
            answer.status = .null
            answer.value = nil
        }
        return answer
    }

    private static func age(_ eventTime: Int64, _ reference: Int64) -> Int64 {
        let (age, overflow) = reference.subtractingReportingOverflow(eventTime)
        return overflow ? (reference > eventTime ? .max : .min) : age
    }

    private func liveBeforeRetention(_ feature: String, _ entity: EntityID, knownAt: Int64) -> [Cell] {
        var newest: [Int64: Cell] = [:]
        for cell in features[feature]?.series[entity] ?? [] where cell.commitTime <= knownAt {
            if let known = newest[cell.eventTime], known.commitTime > cell.commitTime { continue }
            newest[cell.eventTime] = cell
        }
        return newest.values.filter { $0.value != nil }.sorted { $0.eventTime < $1.eventTime }
    }

    func history(
        _ feature: String,
        _ entity: EntityID,
        _ range: ClosedRange<Int64>,
        knownAt: Int64,
        now: Int64
    ) -> [HistoryEntry] {
        visible(feature, entity, knownAt: knownAt, now: now).filter { range.contains($0.eventTime) }
            .map { cell in
                HistoryEntry(
                    eventTime: Timestamp(nanoseconds: cell.eventTime),
                    commitTime: Timestamp(nanoseconds: cell.commitTime),
                    value: cell.value ?? .null
                )
            }
    }

    func entities(_ feature: String, _ time: PointInTime, now: Int64) -> [(entity: EntityID, answer: Answer)] {
        (features[feature]?.series.keys.sorted() ?? [])
            .compactMap { entity in
                let answer = value(feature, entity, time, now: now)
                return answer.status == .missing ? nil : (entity, answer)
            }
    }
}
