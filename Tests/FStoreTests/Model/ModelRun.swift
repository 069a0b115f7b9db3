import FStore
import FStoreTestSupport
import Testing

/// One store and one model that are given the same random operations and asked the same questions.
struct ModelRun {
    private var random: SeededGenerator
    private let seed: UInt64
    private let directory = TemporaryDirectory()
    private let clock = TestClock(Timestamp(nanoseconds: 1_700_000_000_000_000_000))
    private var store: FeatureStore
    private var model = ReferenceModel()
    private var handles: [String: FeatureHandle] = [:]
    private var commitTimes: [Int64] = []
    private let entities: [EntityID]
    private(set) var checked = 0

    private static let types: [ValueType] = [
        .float64, .int64, .bool, .string, .bytes, .timestamp, .vector(dimension: 3), .json,
    ]

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        store = try FeatureStore(directory: directory.path("store"), options: Self.options(clock, seed))
        entities = try ["a", "b", "aa", "ab", "é", "a-longer-name", "b\u{0}", String(repeating: "z", count: 255)]
            .map { try EntityID($0) }
        for number in 0..<4 { try define("feature \(number)") }
    }

    mutating func run(operations: Int) throws {
        for _ in 0..<operations { try step() }
        try checkWhole()
        store.close()
    }

    private mutating func step() throws {
        switch Int.random(in: 0..<1000, using: &random) {
        case 0..<330: try write()
        case 330..<640: try readOne()
        case 640..<700: try readMany()
        case 700..<740: try readSpine()
        case 740..<860: try readHistory()
        case 860..<920: try readEntities()
        case 920..<960: clock.advance(Int64.random(in: 0...2000, using: &random))
        case 960..<972: try update()
        case 972..<978: try erase()
        case 978..<984: try deleteFeature()
        case 984..<990: try store.sweep()
        case 990..<992: try reopen()
        case 992..<993: try checkWhole()
        default: try readRefused()
        }
    }

    // MARK: Choices

    private var now: Int64 { clock.now.nanoseconds }

    private mutating func feature() -> String {
        model.features.keys.sorted().randomElement(using: &random) ?? ""
    }

    private mutating func entity() -> EntityID {
        entities.randomElement(using: &random) ?? entities[0]
    }

    /// Few moments, so that cells meet: the past, the future, before 1970 and the ends of time.
    private mutating func eventTime() -> Int64 {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: [.min, .max, 0, -1, 1, .min + 1, .max - 1].randomElement(using: &random) ?? 0
        case 1..<4: -Int64.random(in: 1...30, using: &random)
        case 4..<6: now + Int64.random(in: 1...5, using: &random) * 1_000_000_000
        default: 1_700_000_000_000_000_000 + Int64.random(in: -20...60, using: &random) * 1000
        }
    }

    private mutating func pointInTime() -> PointInTime {
        var time = PointInTime()
        if random.chance(60) { time.asOf = Timestamp(nanoseconds: random.chance(20) ? now : eventTime()) }
        if random.chance(40) { time.knownAt = Timestamp(nanoseconds: knownAt()) }
        return time
    }

    private mutating func knownAt() -> Int64 {
        guard let commit = commitTimes.randomElement(using: &random) else { return now }
        return commit + Int64.random(in: -1...1, using: &random)
    }

    private mutating func value(_ type: ValueType?) -> FeatureValue {
        if random.chance(10) { return .null }
        let number = Int64.random(in: -1000...1000, using: &random)
        switch type ?? .float64 {
        case .float64: return random.chance(30) ? .int64(number) : .float64(Double(number) / 8)
        case .int64: return .int64(random.chance(5) ? .min : number)
        case .bool: return .bool(number > 0)
        case .string: return .string(String(repeating: "ü", count: Int(number.magnitude % 40)))
        case .bytes: return .bytes([UInt8](repeating: 7, count: Int(number.magnitude) * (random.chance(3) ? 20 : 1)))
        case .timestamp: return .timestamp(Timestamp(nanoseconds: number))
        case .vector(let dimension): return .vector([Float](repeating: Float(number), count: dimension))
        case .json: return .json("{\"n\":\(number)}")
        }
    }

    // MARK: Changing

    private mutating func define(_ name: String) throws {
        // One in four leaves its type to the first value, which is then a number.
        let type = random.chance(25) ? nil : Self.types.randomElement(using: &random)
        var definition = FeatureDefinition(name: name, type: type)
        var state = ReferenceModel.FeatureState(type: type)
        if random.chance(40) {
            state.ttl = Int64.random(in: 1...40, using: &random) * 1000
            definition.ttl = .nanoseconds(state.ttl ?? 1)
        }
        definition.retention = retention()
        state.maxAge = definition.retention.maxAge.map(Self.nanoseconds)
        state.maxVersions = definition.retention.maxVersions
        state.keepLatest = definition.retention.keepLatest
        handles[name] = try store.define(definition).handle
        model.features[name] = state
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 { duration.components.attoseconds / 1_000_000_000 }

    private mutating func retention() -> Retention {
        let maxAge = random.chance(25) ? Int64.random(in: 1...60_000, using: &random) : nil
        let maxVersions = random.chance(30) ? Int.random(in: 1...6, using: &random) : nil
        return Retention(
            maxAge: maxAge.map { .nanoseconds($0) },
            maxVersions: maxVersions,
            keepLatest: random.chance(30)
        )
    }

    private mutating func write() throws {
        var cells: [(feature: String, entity: EntityID, eventTime: Int64, value: FeatureValue?)] = []
        var batch = WriteBatch()
        for _ in 0..<(random.chance(70) ? 1 : Int.random(in: 1...12, using: &random)) {
            let (name, entity, eventTime) = (feature(), entity(), eventTime())
            guard let handle = handles[name] else { continue }
            if random.chance(15) {
                try batch.delete(handle, for: entity, at: Timestamp(nanoseconds: eventTime))
                cells.append((name, entity, eventTime, nil))
            } else {
                var value = value(model.features[name]?.type)
                if model.features[name]?.type == nil, case .int64(let integer) = value {
                    value = .float64(Double(integer))
                }
                try batch.put(value, of: handle, for: entity, at: Timestamp(nanoseconds: eventTime))
                cells.append((name, entity, eventTime, value))
                if model.features[name]?.type == nil, value != .null { model.features[name]?.type = .float64 }
            }
        }
        if cells.isEmpty { return }
        let receipt = try store.write(batch)
        let commitTime = receipt.commitTime.nanoseconds
        try expect(commitTime > commitTimes.last ?? .min, "commit times increase")
        commitTimes.append(commitTime)
        let distinct = Set(cells.map { "\($0.feature)/\($0.entity)/\($0.eventTime)" }).count
        try expect(receipt.cells == distinct, "the receipt counts \(receipt.cells) cells instead of \(distinct)")
        model.write(cells, at: commitTime)
        var hidden: [String: Bool] = [:]
        for cell in cells {
            let isHidden = model.isHidden(cell.feature, cell.entity, cell.eventTime, now: now)
            hidden["\(cell.feature)/\(cell.entity)/\(cell.eventTime)"] = cell.value != nil && isHidden
        }
        let count = hidden.values.count { $0 }
        try expect(receipt.hiddenCells == count, "\(receipt.hiddenCells) cells are said to be hidden, and \(count) are")
    }

    private mutating func update() throws {
        let name = feature()
        guard let handle = handles[name], let state = model.features[name] else { return }
        let retention = retention()
        let ttl = random.chance(50) ? state.ttl : Int64.random(in: 1...40, using: &random) * 1000
        try store.update(handle, FeatureUpdate(ttl: .some(ttl.map { .nanoseconds($0) }), retention: retention))
        model.setRetention(
            name,
            maxAge: retention.maxAge.map(Self.nanoseconds),
            maxVersions: retention.maxVersions,
            keepLatest: retention.keepLatest,
            now: now
        )
        model.features[name]?.ttl = ttl
    }

    private mutating func erase() throws {
        if random.chance(70) {
            let entity = entity()
            try store.erase(entity)
            model.erase(entity)
        } else {
            let name = feature()
            guard let handle = handles[name] else { return }
            handles[name] = try store.eraseValues(of: handle).handle
            model.features[name]?.series = [:]
            model.features[name]?.ageFloor = .min
        }
    }

    private mutating func deleteFeature() throws {
        let name = feature()
        guard let handle = handles[name] else { return }
        try store.delete(handle)
        model.features[name] = nil
        handles[name] = nil
        #expect(throws: ReadError.unknownFeature) { try store.value(of: handle, for: entities[0]) }
        #expect(throws: WriteError.unknownFeature) { try store.put(.null, of: handle, for: entities[0], at: .now()) }
        let free = (0..<8).map { "feature \($0)" }.filter { model.features[$0] == nil }
        try define(free.randomElement(using: &random) ?? name)
    }

    /// One store in four asks LMDB for everything, instead of reading its pages.
    private static func options(_ clock: TestClock, _ seed: UInt64) -> StoreOptions {
        var options = clock.options
        options.readsPages = seed % 4 != 0
        return options
    }

    private mutating func reopen() throws {
        store.close()
        store = try FeatureStore(directory: directory.path("store"), options: Self.options(clock, seed))
        for (name, handle) in handles {
            try expect(try store.feature(named: name)?.handle == handle, "a definition survives")
            try expect(try store.feature(named: name)?.type == model.features[name]?.type, "a type survives")
        }
    }

    // MARK: Asking

    private mutating func readOne() throws {
        let (name, entity, time) = (feature(), entity(), pointInTime())
        guard let handle = handles[name] else { return }
        let expected = model.value(name, entity, time, now: now)
        let found = try store.value(of: handle, for: entity, at: time)
        try expect(found == expected, "\(name) of \(entity) at \(time): \(found) instead of \(expected)")
    }

    private mutating func readMany() throws {
        var names: [String] = []
        for _ in 0..<Int.random(in: 1...5, using: &random) { names.append(feature()) }
        let asked = (0..<Int.random(in: 1...5, using: &random)).map { _ in entity() }
        let time = random.chance(50) ? PointInTime.latest : pointInTime()
        let list = FeatureList(names.compactMap { handles[$0] })
        let found = try store.values(of: list, for: EntityList(asked), at: time)
        for (row, name) in names.enumerated() {
            for (column, entity) in asked.enumerated() {
                let expected = model.value(name, entity, time, now: now)
                try expect(
                    found[row][column] == expected,
                    "\(name) of \(entity) among many at \(time): \(found[row][column]) instead of \(expected)"
                )
            }
        }
        let one = try store.values(of: list, for: asked[0], at: time)
        try expect(one == found.map { $0[0] }, "one entity answers as among many")
        let numbers = try store.numbers(of: list, for: asked[0], at: time, missing: -7)
        try expect(numbers == one.map { $0.doubleOrNil ?? -7 }, "numbers \(numbers) of the answers \(one)")
    }

    private mutating func readSpine() throws {
        let names = (0..<Int.random(in: 1...4, using: &random)).map { _ in feature() }
        let count = Int.random(in: 0...(random.chance(20) ? 60 : 6), using: &random)
        let rows = (0..<count).map { _ in (entity: entity(), time: random.chance(10) ? now : eventTime()) }
        let moment = Timestamp(nanoseconds: knownAt())
        let known =
            [KnowledgeBound.byNow, .by(moment), .byRowTime, .byRowTimeUpTo(moment)].randomElement(using: &random)
            ?? .byNow
        let spine = try Spine(
            entities: rows.map(\.entity),
            times: rows.map { Timestamp(nanoseconds: $0.time) }
        )
        let list = FeatureList(names.compactMap { handles[$0] })
        let found = try store.values(of: list, for: spine, known: known)
        for (column, name) in names.enumerated() {
            for (row, asked) in rows.enumerated() {
                var time = PointInTime.asOf(Timestamp(nanoseconds: asked.time))
                if case .by(let moment) = known { time.knownAt = moment }
                if known == .byRowTime { time.knownAt = time.asOf }
                if known == .byRowTimeUpTo(moment) { time.knownAt = time.asOf.map { min($0, moment) } }
                let expected = model.value(name, asked.entity, time, now: now)
                try expect(
                    found[column][row] == expected,
                    "\(name) of \(asked.entity) in a spine at \(time): \(found[column][row]) instead of \(expected)"
                )
            }
        }
        let numbers = try store.numbers(of: list, for: spine, known: known, missing: -7)
        let wanted = rows.indices.flatMap { row in found.map { $0[row].doubleOrNil ?? -7 } }
        try expect(numbers == wanted, "numbers \(numbers) of a spine instead of \(wanted)")
    }

    private mutating func readHistory() throws {
        let (name, entity) = (feature(), entity())
        guard let handle = handles[name] else { return }
        let bounds = [eventTime(), eventTime()].sorted()
        let range = random.chance(40) ? Int64.min...Int64.max : bounds[0]...bounds[1]
        let known = random.chance(50) ? nil : knownAt()
        let expected = model.history(name, entity, range, knownAt: known ?? .max, now: now)
        let limit = Int.random(in: 1...4, using: &random)
        var found: [HistoryEntry] = []
        var cursor: HistoryCursor?
        repeat {
            let page = try store.history(
                of: handle,
                for: entity,
                from: Timestamp(nanoseconds: range.lowerBound),
                through: Timestamp(nanoseconds: range.upperBound),
                knownAt: known.map { Timestamp(nanoseconds: $0) },
                limit: limit,
                cursor: cursor
            )
            try expect(page.next == nil || page.entries.count == limit, "only the last page is short")
            found += page.entries
            cursor = page.next
        } while cursor != nil
        try expect(found == expected, "history of \(name) for \(entity) in \(range): \(found) instead of \(expected)")
    }

    private mutating func readEntities() throws {
        let (name, time) = (feature(), pointInTime())
        guard let handle = handles[name] else { return }
        let expected = model.entities(name, time, now: now)
        var found: [(entity: EntityID, answer: Answer)] = []
        var after: EntityID?
        repeat {
            let page = try store.entities(of: handle, at: time, limit: 3, after: after)
            found += page.entities
            after = page.next
        } while after != nil
        try expect(
            found.elementsEqual(expected) { $0 == $1 },
            "entities of \(name) at \(time): \(found) instead of \(expected)"
        )
    }

    /// What does not fit is refused and changes nothing.
    private mutating func readRefused() throws {
        let name = feature()
        guard let handle = handles[name], let type = model.features[name]?.type,
            let other = Self.types.first(where: {
                $0 != type && !(type == .float64 && $0 == .int64)
            })
        else { return }
        var wrong = value(other)
        if wrong == .null { wrong = .bool(true) }
        if wrong.type == type || (type == .float64 && wrong.type == .int64) { return }
        var batch = WriteBatch()
        try batch.put(.null, of: handle, for: entity(), at: Timestamp(nanoseconds: eventTime()))
        try batch.put(wrong, of: handle, for: entity(), at: Timestamp(nanoseconds: eventTime()))
        do {
            try store.write(batch)
            try expect(false, "\(wrong) was taken for \(type)")
        } catch WriteError.wrongType {}
    }

    private mutating func checkWhole() throws {
        let report = try store.verify()
        try expect(report.isSound, "the store is sound: \(report.problems)")
        for name in model.features.keys.sorted() {
            guard let handle = handles[name] else { continue }
            for entity in entities {
                let found = try store.history(of: handle, for: entity, limit: 100_000).entries
                let expected = model.history(name, entity, .min ... .max, knownAt: .max, now: now)
                try expect(found == expected, "whole history of \(name) for \(entity)")
            }
        }
    }

    private mutating func expect(_ condition: Bool, _ text: @autoclosure () -> String) throws {
        checked += 1
        if !condition { throw Difference(seed: seed, text: text()) }
    }

    /// The store and the model disagree.
    struct Difference: Error, CustomStringConvertible {
        var seed: UInt64
        var text: String
        var description: String { "seed \(seed): \(text)" }
    }
}

extension Answer {
    /// What ``FeatureStore/numbers(of:for:at:missing:)`` makes of it.
    fileprivate var doubleOrNil: Double? {
        guard status == .present else { return nil }
        return switch value {
        case .float64(let number): number
        case .int64(let number): Double(number)
        case .bool(let isTrue): isTrue ? 1 : 0
        default: nil
        }
    }
}
