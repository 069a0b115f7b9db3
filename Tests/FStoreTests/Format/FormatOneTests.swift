import FStoreLMDB
import FStoreTestSupport
import Testing

@testable import FStore

/// The committed store of format 1 must open for ever, and answer as it did when it was written.
@Suite("A store in format 1")
struct FormatOneTests {
    private let directory = TemporaryDirectory()
    /// An hour after the first commit.
    private let clock = TestClock(FormatOneRecorder.start.advanced(by: .seconds(3600)))
    private let jfk: EntityID

    init() throws {
        jfk = "JFK"
    }

    private func open(_ access: StoreOptions.Access = .readOnly) throws -> FeatureStore {
        try FormatFixture.rebuild(FormatFixture.read(), in: directory.path)
        var options = clock.options
        options.access = access
        return try FeatureStore(directory: directory.path, options: options)
    }

    private func value(
        _ store: FeatureStore,
        _ name: String,
        _ entity: EntityID,
        at time: PointInTime = .latest
    ) throws -> Answer {
        let feature = try #require(try store.feature(named: name), "there is no feature \(name)")
        return try store.value(of: feature.handle, for: entity, at: time)
    }

    @Test func `becomes the same entries again`() throws {
        let lines = try FormatFixture.read()
        #expect(lines.count == 87)
        try FormatFixture.rebuild(lines, in: directory.path)
        #expect(try FormatFixture.dump(directory.path) == lines)
    }

    @Test func `opens and is sound`() throws {
        let store = try open()
        let report = try store.verify()
        #expect(report.isSound, "\(report.problems)")
        #expect(report.features == 14)
        #expect(report.cells == 49)
        #expect(report.rows == 17)
        #expect(try store.lastCommitTime() == FormatOneRecorder.start.advanced(by: .seconds(18)))
        #expect(try store.bookmark("flights.csv") == Array("line 421".utf8))
    }

    @Test func `knows its definitions`() throws {
        let store = try open()
        #expect(try store.features().total == 12)
        let wind = try #require(try store.feature(named: "wind_speed")).definition
        #expect(wind.type == .float64)
        #expect(
            [wind.description, wind.owner, wind.source] == ["Speed of the wind, in knots", "weather team", "NOAA"]
        )
        #expect(wind.tags == ["weather", "größe"])
        #expect(try store.feature(named: "embedding")?.type == .vector(dimension: 3))
        #expect(try store.feature(named: "gate")?.definition.ttl == .seconds(3600))
        #expect(try store.feature(named: "stand")?.definition.retention == Retention(maxVersions: 2))
        #expect(try store.feature(named: "fuel")?.definition.retention == Retention(maxAge: .seconds(172_800)))
        let note = try #require(try store.feature(named: "note"))
        #expect(note.type == nil)
        #expect(try store.feature(named: "old") == nil)
    }

    @Test func `answers with a value of every type`() throws {
        let store = try open()
        #expect(try value(store, "seats", jfk).value == .int64(.min))
        #expect(try value(store, "delayed", jfk).value == .bool(true))
        #expect(try value(store, "tail", jfk).value == .string("grün"))
        #expect(try value(store, "photo", jfk).value == .bytes([0, 255, 16]))
        #expect(try value(store, "scheduled", jfk).value == .timestamp(Timestamp(nanoseconds: -1)))
        #expect(try value(store, "embedding", jfk).value == .vector([1, -0.5, 0]))
        #expect(try value(store, "weather", jfk).value == .json("{\"a\":[1,2.50,null]}"))
        let other = try #require(try store.feature(named: "wind_speed", space: 3)).handle
        #expect(try store.value(of: other, for: jfk).value == .int64(3))
    }

    @Test func `answers at every point in time as it did then`() throws {
        let store = try open()
        let half = try Timestamp("2013-01-01T05:30:00Z")
        let known = { (commit: Int) in FormatOneRecorder.start.advanced(by: .seconds(commit)) }
        #expect(try value(store, "wind_speed", jfk).value == .float64(11.5))
        #expect(try value(store, "wind_speed", jfk, at: .asOf(half)).value == .float64(10.5))
        #expect(try value(store, "wind_speed", jfk, at: .asOf(half, knownAt: known(2))).value == .float64(10.4))
        #expect(try value(store, "wind_speed", jfk, at: .latest(knownAt: known(5))).value == .float64(12))
        #expect(try value(store, "wind_speed", jfk, at: .latest(knownAt: known(1))).status == .missing)
        let zürich: EntityID = "Zürich"
        #expect(try value(store, "wind_speed", zürich).status == .null)
        #expect(try value(store, "wind_speed", zürich, at: .asOf(clock.now)).value == .float64(8))
        let longest = try EntityID(String(repeating: "z", count: 255))
        #expect(try value(store, "wind_speed", longest).eventTime == .last)
        #expect(try value(store, "wind_speed", longest, at: .asOf(clock.now)).eventTime == .earliest)
        #expect(try value(store, "wind_speed", "nobody").status == .missing)
    }

    @Test func `walks its series and entities in order`() throws {
        let store = try open()
        let wind = try #require(try store.feature(named: "wind_speed")).handle
        let entries = try store.history(of: wind, for: jfk).entries
        #expect(entries.map(\.value) == [.float64(10.5), .float64(11.5)])
        let long = try store.history(of: wind, for: "LGA").entries
        #expect(long.map(\.value) == (0..<24).map { .float64(Double($0) / 2) })
        let names = try store.entities(of: wind).entities.map(\.entity.text)
        #expect(names == ["JFK", "LGA", "N99999", "Zürich", String(repeating: "z", count: 255)])
    }

    @Test func `applies ttl and retention`() throws {
        let store = try open()
        let start = FormatOneRecorder.start
        #expect(try value(store, "gate", jfk).status == .expired)
        #expect(try value(store, "gate", jfk, at: .asOf(start.advanced(by: .seconds(-5400)))).value == .string("B22"))
        #expect(try value(store, "stand", jfk).value == .string("stand 3"))
        #expect(try value(store, "stand", jfk, at: .asOf(FormatOneRecorder.hour(1))).status == .missing)
        #expect(try value(store, "fuel", jfk).value == .float64(10))
        // Within the looser limit of now, but hidden by the stricter one of then.
        #expect(try value(store, "fuel", jfk, at: .asOf(start.advanced(by: .seconds(-90_000)))).status == .missing)
    }

    @Test func `finishes what was left undone when it is opened for writing`() throws {
        let store = try open(.readWriteExisting)
        try store.sweep()
        #expect(try value(store, "wind_speed", "N99999").status == .missing)
        #expect(try store.statistics().featuresToReclaim == 0)
        #expect(try store.verify().isSound)
        store.close()
        let left = try FormatFixture.dump(directory.path)
        #expect(!left.contains { $0.table == .meta && $0.key.starts(with: MetaKey.erasurePrefix) })
    }

    @Test func `a newer format is refused and left as it is`() throws {
        var lines = try FormatFixture.read()
        let index = try #require(lines.firstIndex { $0.key == MetaKey.format })
        // u32 3 and its checksum, from a program that is not this one.
        lines[index].value = [3, 0, 0, 0] + Self.checksumOfThree
        try FormatFixture.rebuild(lines, in: directory.path)
        #expect(throws: OpenError.newerFormat(found: 3, supported: 2)) {
            try FeatureStore(directory: directory.path, options: clock.options)
        }
        #expect(try FormatFixture.dump(directory.path) == lines)
    }

    private static let checksumOfThree: [UInt8] = [0xB2, 0x2B, 0xEE, 0xB4]
}
