internal import FStore
internal import Ledger

/// Holds what the store answers against what it must answer, question by question.
struct Comparison {
    private let store: FeatureStore
    private let expectation: Expectation
    private(set) var problems: [String] = []
    private(set) var cells = 0
    private var random: SplitMix
    /// Point-in-time questions are asked for every cell, or for so many of them.
    private let questions: Int

    init(_ store: FeatureStore, _ expectation: Expectation, questions: Int, seed: UInt64) {
        self.store = store
        self.expectation = expectation
        self.questions = questions
        random = SplitMix(seed: seed)
    }

    mutating func run(uncertainCells: Int) throws {
        try compareDefinitions()
        var stored = 0
        var asked: [(Expectation.Key, Expectation.Cell)] = []
        var entities: [String: Set<String>] = [:]
        for key in expectation.series.keys {
            let all = expectation.stored(key)
            stored += all.count
            let visible = Expectation.visible(all)
            if !visible.isEmpty { entities[key.feature, default: []].insert(key.entity) }
            try compareSeries(key, visible)
            asked += all.map { (key, $0) }
        }
        try compareEntities(entities)
        if asked.count > questions { asked = (0..<questions).map { _ in asked[random.below(asked.count)] } }
        for (key, cell) in asked { try comparePoint(key, cell) }
        try compareWhole(stored, uncertainCells)
    }

    private mutating func report(_ problem: String) { problems.append(problem) }

    // MARK: Definitions

    private mutating func compareDefinitions() throws {
        let found = try store.features(limit: 100_000).features
        for feature in found where expectation.features[feature.name] == nil {
            report("feature \(feature.name) is there and should not be")
        }
        let byName = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        for (name, definition) in expectation.features {
            guard let feature = byName[name] else {
                report("feature \(name) is missing")
                continue
            }
            // The type of a feature without one comes with its first value.
            var expected = definition
            if expected.type == nil { expected.type = feature.type }
            if feature.definition != expected { report("feature \(name) is \(feature.definition), not \(expected)") }
        }
    }

    // MARK: Values

    /// `history`, and the two ways to the latest value, of one series.
    private mutating func compareSeries(_ key: Expectation.Key, _ visible: [Expectation.Cell]) throws {
        guard let feature = try store.feature(named: key.feature) else { return }
        let entity = try EntityID(key.entity)
        var found: [HistoryEntry] = []
        var cursor: HistoryCursor?
        repeat {
            let page = try store.history(of: feature.handle, for: entity, limit: 100_000, cursor: cursor)
            found += page.entries
            cursor = page.next
        } while cursor != nil
        cells += found.count
        if found.count != visible.count {
            report("\(key): history has \(found.count) values, not \(visible.count)")
        }
        for (entry, cell) in zip(found, visible) {
            let isEqual =
                entry.eventTime.nanoseconds == cell.eventTime
                && entry.commitTime.nanoseconds == cell.commitTime && entry.value == cell.value
            if !isEqual {
                report("\(key): history has \(entry), not \(cell)")
                break
            }
        }
        let latest = try store.value(of: feature.handle, for: entity)
        if !Self.fits(latest, visible.last) {
            report("\(key): latest is \(latest), not \(String(describing: visible.last))")
        }
        let far = try store.value(of: feature.handle, for: entity, at: .asOf(.last))
        if far != latest { report("\(key): the newest as of the end of time is \(far), latest is \(latest)") }
    }

    private static func fits(_ answer: Answer, _ cell: Expectation.Cell?) -> Bool {
        guard let cell else { return answer.status == .missing }
        guard answer.eventTime?.nanoseconds == cell.eventTime, answer.commitTime?.nanoseconds == cell.commitTime else {
            return false
        }
        return cell.value == .null ? answer.status == .null : answer.value == cell.value
    }

    /// No entity answers that nobody has written about.
    private mutating func compareEntities(_ expected: [String: Set<String>]) throws {
        for name in expectation.features.keys {
            guard let feature = try store.feature(named: name) else { continue }
            let page = try store.entities(of: feature.handle, limit: 100_000)
            let found = Set(page.entities.map(\.entity.text))
            if found != expected[name] ?? [] {
                report("\(name): answers for \(found.symmetricDifference(expected[name] ?? [])) should be otherwise")
            }
        }
    }

    /// As of its event time, known at its commit, a cell is the answer, whatever has come since.
    private mutating func comparePoint(_ key: Expectation.Key, _ cell: Expectation.Cell) throws {
        guard let feature = try store.feature(named: key.feature) else { return }
        let time = PointInTime(
            asOf: Timestamp(nanoseconds: cell.eventTime),
            knownAt: Timestamp(nanoseconds: cell.commitTime)
        )
        let answer = try store.value(of: feature.handle, for: EntityID(key.entity), at: time)
        let isRight = cell.value == nil ? answer.eventTime != time.asOf : Self.fits(answer, cell)
        if !isRight { report("\(key): known at its commit, \(cell) is answered by \(answer)") }
    }

    // MARK: The whole

    /// `verify` is clean, and there are as many cells as were written: none that nobody wrote, tombstones included.
    private mutating func compareWhole(_ stored: Int, _ uncertainCells: Int) throws {
        let report = try store.verify()
        for problem in report.problems { self.report("verify: \(problem)") }
        // An erasure that took only what nobody could see counts as done, and may not have been.
        if !(stored...stored + uncertainCells).contains(report.cells) {
            self.report("the file has \(report.cells) cells, not \(stored)")
        }
        if report.features != expectation.features.count {
            self.report("the file has \(report.features) features, not \(expectation.features.count)")
        }
    }
}
