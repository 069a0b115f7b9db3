import FStore
import FStoreTestSupport
import Testing

/// Point-in-time joins beyond what the model's few rows reach: many rows, long names, deep histories, reads within.
@Suite("A spine of rows")
struct SpineTests {
    private let fixture: StoreFixture
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    /// What single reads answer for every row and feature.
    private func singly(
        _ features: [FeatureHandle],
        _ entities: [EntityID],
        _ times: [Timestamp]
    ) throws -> [[Answer]] {
        try features.map { feature in
            try zip(entities, times).map { try store.value(of: feature, for: $0, at: .asOf($1)) }
        }
    }

    /// Rows are answered in blocks: entities lie across their edges, and some have more rows than a block. A block has
    /// 32 768 rows of one feature, 10 922 of three, 46 of 700.
    @Test(arguments: [(1, 70_000), (3, 40_000), (700, 150)])
    func `answers as single reads do, in as many blocks as it takes`(width: Int, rows: Int) throws {
        var random = SeededGenerator(seed: UInt64(width))
        let features = try (0..<width)
            .map { number in
                var definition = FeatureDefinition(name: "f\(number)", type: .int64)
                if number == 1 { definition.retention = Retention(maxVersions: 2) }
                if number == 2 { definition.ttl = .nanoseconds(70) }
                return try store.define(definition).handle
            }
        let names = (0..<50).map { entity("entity \($0)") }
        for name in names {
            var batch = WriteBatch()
            for (number, feature) in features.enumerated() where random.chance(80) {
                for version in 0..<Int64(random.chance(50) ? 1 : 4) {
                    let value = Int64(number) * 10 + version
                    try batch.put(.int64(value), of: feature, for: name, at: moment(version * 100))
                }
            }
            if batch.count > 0 { try store.write(batch) }
        }
        var (entities, times) = ([EntityID](), [Timestamp]())
        for _ in 0..<rows {
            // Half of all rows are of one entity.
            entities.append(random.chance(50) ? names[7] : names.randomElement(using: &random) ?? names[0])
            times.append(moment(Int64.random(in: -50...450, using: &random)))
        }
        let spine = try Spine(entities: entities, times: times)
        #expect(spine.count == rows)
        let expected = try singly(features, entities, times)
        #expect(try store.values(of: FeatureList(features), for: spine) == expected)
        let numbers = try store.numbers(of: FeatureList(features), for: spine, missing: -1)
        var wrong = 0
        for row in entities.indices {
            for feature in features.indices {
                var number = -1.0
                if case .int64(let value) = expected[feature][row].value { number = Double(value) }
                if numbers[row * width + feature] != number { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }

    /// Names that begin and end alike, names of all lengths, and more of them than the table of names begins with.
    @Test func `tells names apart`() throws {
        let feature = try fixture.feature("f", .int64)
        var names = (1...255).map { entity(String(repeating: "x", count: $0)) }
        for number in 0..<2000 {
            names.append(entity("a long beginning, \(number), and a long ending"))
            names.append(entity("\(number)"))
            names.append(entity("entity \(number)"))
        }
        try #require(Set(names).count == names.count)
        var batch = WriteBatch()
        for (number, name) in names.enumerated() {
            try batch.put(.int64(Int64(number)), of: feature, for: name, at: moment(0))
        }
        try store.write(batch)
        let twice = names + names.reversed()
        let spine = try Spine(entities: twice, times: twice.map { _ in moment(1) })
        let numbers = try store.numbers(of: FeatureList([feature]), for: spine)
        let expected = names.indices.map { Double($0) }
        #expect(numbers == expected + expected.reversed())
    }

    /// Few rows over a long history are searched for, not walked to.
    @Test func `finds what lies far apart`() throws {
        let feature = try fixture.feature("f", .int64)
        let name = entity("e")
        for part in 0..<10 {
            var batch = WriteBatch()
            for version in 0..<1000 {
                let time = Int64(part * 1000 + version)
                if time % 7 == 0 {
                    try batch.delete(feature, for: name, at: moment(time * 10))
                } else {
                    try batch.put(.int64(time), of: feature, for: name, at: moment(time * 10))
                }
            }
            try store.write(batch)
        }
        let times = (0..<400).map { moment(Int64($0 * 253 - 100)) }
        let entities = times.map { _ in name }
        let found = try store.values(of: FeatureList([feature]), for: Spine(entities: entities, times: times))
        #expect(try found == singly([feature], entities, times))
    }

    /// A sweep goes from new to old in both times. A tombstone that a row does not know of hides nothing from it.
    @Test func `sees of each row what was known at its own moment`() throws {
        let feature = try fixture.feature("f", .int64)
        let name = entity("e")
        let start = fixture.clock.now.nanoseconds
        func write(_ value: Int64?, at eventTime: Int64) throws -> Int64 {
            fixture.clock.advance(1000)
            var batch = WriteBatch()
            if let value {
                try batch.put(.int64(value), of: feature, for: name, at: moment(eventTime))
            } else {
                try batch.delete(feature, for: name, at: moment(eventTime))
            }
            return try store.write(batch).commitTime.nanoseconds
        }
        let first = try write(1, at: start - 20)
        let second = try write(2, at: start - 10)
        let deleted = try write(nil, at: start - 10)
        let corrected = try write(3, at: start - 20)
        let late = try write(4, at: start - 30)
        let times = [late, corrected, corrected - 1, deleted, deleted - 1, second, second - 1, first, first - 1]
        let entities = times.map { _ in name }
        let spine = try Spine(entities: entities, times: times.map { moment($0) })
        let found = try store.values(of: FeatureList([feature]), for: spine, known: .byRowTime)[0]
        let numbers: [Int64?] = [3, 3, 1, 1, 2, 2, 1, 1, nil]
        #expect(found.map(\.value) == numbers.map { number in number.map { .int64($0) } })
        for (row, time) in times.enumerated() {
            let single = try store.value(of: feature, for: name, at: .asOf(moment(time), knownAt: moment(time)))
            #expect(found[row] == single)
        }
        let now = try store.values(of: FeatureList([feature]), for: spine)[0]
        #expect(now.allSatisfy { $0.value == .int64(3) })
        let then = try store.values(of: FeatureList([feature]), for: spine, known: .by(moment(second)))[0]
        #expect(then.allSatisfy { $0.value == .int64(2) })
    }

    @Test(arguments: [true, false])
    func `stays right when the body asks the same snapshot`(readsPages: Bool) throws {
        let fixture = try StoreFixture { $0.readsPages = readsPages }
        let store = fixture.store
        let features = try (0..<3).map { try fixture.feature("f\($0)", .int64) }
        let names = (0..<20).map { entity("entity \($0)") }
        var batch = WriteBatch()
        for (row, name) in names.enumerated() {
            for (column, feature) in features.enumerated() {
                for version in 0..<40 {
                    let value = Int64(row * 1000 + column * 100 + version)
                    try batch.put(.int64(value), of: feature, for: name, at: moment(Int64(version)))
                }
            }
        }
        try store.write(batch)
        let entities = names + names
        let times = names.map { _ in moment(30) } + names.map { _ in moment(3) }
        let spine = try Spine(entities: entities, times: times)
        let list = FeatureList(features)
        try store.read { snapshot throws(ReadError) in
            var answered = 0
            try snapshot.values(of: list, for: spine) { feature, row, answer throws(ReadError) in
                let version = row < 20 ? 30 : 3
                #expect(answer.value?.int64 == Int64(row % 20 * 1000 + feature * 100 + version))
                #expect(try snapshot.value(of: features[2], for: names[5], at: .asOf(moment(7))).value?.int64 == 5207)
                if answered % 10 == 0 {
                    var numbers = [Double](repeating: 0, count: 120)
                    var output = numbers.mutableSpan
                    #expect(try snapshot.numbers(of: list, for: spine, into: &output) == 120)
                    #expect(numbers[22 * 3 + 1] == 2103)
                }
                answered += 1
            }
            #expect(answered == 120)
        }
    }

    @Test func `may be empty, and refuses what it cannot answer`() throws {
        let feature = try fixture.feature("f", .int64)
        let none = try Spine(entities: [], times: [])
        #expect(none.count == 0)
        #expect(try store.values(of: FeatureList([feature]), for: none) == [[]])
        #expect(try store.numbers(of: FeatureList([feature]), for: none).isEmpty)
        let one = try Spine(entities: [entity("e")], times: [moment(0)])
        #expect(try store.numbers(of: FeatureList([]), for: one).isEmpty)
        #expect(try store.values(of: FeatureList([feature]), for: one)[0].map(\.status) == [.missing])
        try store.delete(feature)
        for spine in [none, one] {
            #expect(throws: ReadError.unknownFeature) { try store.numbers(of: FeatureList([feature]), for: spine) }
        }
        var definition = FeatureDefinition(name: "g", type: .int64)
        definition.space = 1
        let other = try store.define(definition).handle
        let list = FeatureList([try fixture.feature("h", .int64), other])
        #expect(throws: ReadError.severalSpaces) { try store.values(of: list, for: one) }
    }

    /// Two columns of different lengths once ended the program: a file with a row too few took a whole training job down.
    @Test func `needs as many times as entities`() {
        do throws(SpineError) {
            _ = try Spine(entities: ["a", "b"], times: [moment(0)])
            Issue.record("a row without a time was taken")
        } catch {
            #expect(error.entities == 2 && error.times == 1)
            #expect(error.description == "each row needs one entity and one time; 2 entities and 1 times were given")
        }
    }
}
