import FStore
import Testing

@Suite("Borrowed answers")
struct BorrowingTests {
    private let fixture: StoreFixture
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    /// The outer walk keeps its cursor and its composed key while the body asks anything else of the snapshot.
    @Test func `stay right when the body asks the same snapshot`() throws {
        let features = try (0..<40).map { try fixture.feature("f\($0)", .int64) }
        let names = (0..<6).map { entity("entity \($0)") }
        for (column, name) in names.enumerated() {
            var batch = WriteBatch()
            for (row, feature) in features.enumerated() where (row + column) % 3 != 0 {
                try batch.put(.int64(Int64(row * 100 + column)), of: feature, for: name, at: moment(1))
            }
            try store.write(batch)
        }
        func expected(_ row: Int, _ column: Int) -> Int64? {
            (row + column) % 3 == 0 ? nil : Int64(row * 100 + column)
        }
        let list = FeatureList(features.reversed())
        try store.read { snapshot throws(ReadError) in
            var answered = 0
            try snapshot.values(of: list, for: EntityList(names)) { feature, column, answer throws(ReadError) in
                let row = features.count - 1 - feature
                #expect(answer.value?.int64 == expected(row, column))
                let single = try snapshot.value(of: features[0], for: names[1]).value?.int64
                #expect(single == expected(0, 1))
                try snapshot.values(of: FeatureList([features[5], features[1]]), for: names[2]) { inner, answer in
                    #expect(answer.value?.int64 == expected(inner == 0 ? 5 : 1, 2))
                }
                var history = try snapshot.history(of: features[7], for: names[0])
                let entry = try history.next()
                #expect(entry?.value?.int64 == expected(7, 0))
                #expect(answer.value?.int64 == expected(row, column))
                answered += 1
            }
            #expect(answered == 240)
        }
    }

    @Test func `come in the asked order, also when something is asked twice or is not there`() throws {
        let features = try (0..<60).map { try fixture.feature("f\($0)", .int64) }
        try store.put(.int64(1), of: features[3], for: entity("e"), at: moment(1))
        try store.put(.int64(2), of: features[50], for: entity("e"), at: moment(1))
        let asked = FeatureList([features[50], features[3], features[50], features[0], features[59], features[3]])
        for time in [PointInTime.latest, .asOf(moment(1)), .asOf(.last)] {
            let answers = try store.values(of: asked, for: entity("e"), at: time)
            #expect(answers.map(\.value) == [.int64(2), .int64(1), .int64(2), nil, nil, .int64(1)])
        }
        let twice = EntityList([entity("x"), entity("e"), entity("e")])
        let rows = try store.values(of: FeatureList([features[3]]), for: twice)
        #expect(rows[0].map(\.status) == [.missing, .present, .present])
        #expect(try store.values(of: FeatureList([]), for: entity("e")).isEmpty)
        #expect(try store.values(of: FeatureList([features[0]]), for: EntityList([])) == [[]])
    }

    @Test func `are numbers where they can be, and the caller's word for the rest`() throws {
        let types: [ValueType] = [.float64, .int64, .bool, .string, .float64, .float64, .timestamp]
        let features = try types.enumerated().map { try fixture.feature("n\($0.offset)", $0.element) }
        try store.put(.float64(0.5), of: features[0], for: entity("e"), at: moment(1))
        try store.put(.int64(.max), of: features[1], for: entity("e"), at: moment(1))
        try store.put(.bool(true), of: features[2], for: entity("e"), at: moment(1))
        try store.put(.string("7"), of: features[3], for: entity("e"), at: moment(1))
        try store.put(.null, of: features[4], for: entity("e"), at: moment(1))
        try store.put(.timestamp(moment(1)), of: features[6], for: entity("e"), at: moment(1))
        let list = FeatureList([features[1], features[0]] + features[2...] + [features[0]])
        for time in [PointInTime.latest, .asOf(.last)] {
            let numbers = try store.numbers(of: list, for: entity("e"), at: time, missing: -1)
            #expect(numbers == [Double(Int64.max), 0.5, 1, -1, -1, -1, -1, 0.5])
            #expect(try store.numbers(of: list, for: entity("x"), at: time).allSatisfy(\.isNaN))
        }
        #expect(try store.numbers(of: FeatureList([]), for: entity("e")).isEmpty)
        try store.read { snapshot throws(ReadError) in
            var memory = [Double](repeating: 9, count: 10)
            var output = memory.mutableSpan
            let present = try snapshot.numbers(of: list, for: entity("e"), into: &output, missing: 0)
            #expect(present == 4)
            #expect(memory == [Double(Int64.max), 0.5, 1, 0, 0, 0, 0, 0.5, 9, 9])
            // Within another walk, whose scratch is taken.
            try snapshot.values(of: FeatureList([features[0]]), for: entity("e")) { _, _ throws(ReadError) in
                var inner = memory.mutableSpan
                try snapshot.numbers(of: list, for: entity("x"), into: &inner, missing: 5)
            }
            #expect(memory == [5, 5, 5, 5, 5, 5, 5, 5, 9, 9])
        }
        let other = try store.define(FeatureDefinition(name: "other", space: 77, type: .float64)).handle
        #expect(throws: ReadError.severalSpaces) {
            try store.numbers(of: FeatureList([features[0], other]), for: entity("e"))
        }
    }

    @Test func `of one snapshot do not change while others write`() throws {
        let feature = try fixture.feature("f", .int64)
        try store.put(.int64(1), of: feature, for: entity("e"), at: moment(1))
        func write() {
            _ = try? store.put(.int64(2), of: feature, for: entity("e"), at: moment(1))
        }
        try store.read { snapshot throws(ReadError) in
            write()
            let known = try snapshot.lastCommitTime
            #expect(try snapshot.value(of: feature, for: entity("e")).value?.int64 == 1)
            #expect(try snapshot.value(of: feature, for: entity("e"), at: .asOf(moment(1))).value?.int64 == 1)
            #expect(try store.lastCommitTime() ?? .earliest > known ?? .last)
        }
        #expect(try store.value(of: feature, for: entity("e")).value == .int64(2))
    }

    @Test func `are found by the bytes of an entity's name`() throws {
        let feature = try fixture.feature("f", .int64)
        try store.put(.int64(7), of: feature, for: entity("JFK"), at: moment(1))
        let bytes = Array("JFK".utf8)
        try store.read { snapshot throws(ReadError) in
            #expect(try snapshot.value(of: feature, forEntityBytes: bytes.span).value?.int64 == 7)
            #expect(try snapshot.value(of: feature, forEntityBytes: [255, 254].span).status == .missing)
        }
    }

    @Test func `pages of a history are one answer while corrections come in`() throws {
        let feature = try fixture.feature("f", .int64)
        for number in 0..<10 {
            try store.put(.int64(1), of: feature, for: entity("e"), at: moment(Int64(number)))
        }
        var cursor: HistoryCursor?
        var entries: [HistoryEntry] = []
        repeat {
            let page = try store.history(of: feature, for: entity("e"), limit: 3, cursor: cursor)
            entries += page.entries
            cursor = page.next
            for number in 0..<12 {
                try store.put(.int64(2), of: feature, for: entity("e"), at: moment(Int64(number)))
            }
        } while cursor != nil
        #expect(entries.map(\.value) == [FeatureValue](repeating: .int64(1), count: 10))
        #expect(try store.history(of: feature, for: entity("e")).entries.count == 12)
    }
}
