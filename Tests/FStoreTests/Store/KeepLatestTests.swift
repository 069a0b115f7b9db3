import FStoreLMDB
import FStoreTestSupport
import Testing

@testable import FStore

/// The story: `max_age` took the last value of an entity that had become quiet, and a write of older data was
/// acknowledged and could not be read, without a word.
@Suite("Retention")
struct KeepLatestTests {
    private static let day: Int64 = 86_400_000_000_000

    private let fixture: StoreFixture
    private let feature: FeatureHandle
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
        let retention = Retention(maxAge: .seconds(30 * 86_400), keepLatest: true)
        feature = try fixture.store.define(FeatureDefinition(name: "f", type: .int64, retention: retention)).handle
    }

    private func put(_ number: Int64, daysAgo: Int64, _ name: String = "e") throws -> CommitReceipt {
        let time = moment(fixture.clock.nanoseconds - daysAgo * Self.day)
        return try store.put(.int64(number), of: feature, for: entity(name), at: time)
    }

    /// As every read has it.
    private func expect(_ value: FeatureValue?, _ name: String = "e") throws {
        let status: Status = value == nil ? .missing : .present
        let now = fixture.clock.now
        for time in [PointInTime.latest, .asOf(now), .latest(knownAt: try #require(try store.lastCommitTime()))] {
            let answer = try store.value(of: feature, for: entity(name), at: time)
            #expect(answer.value == value && answer.status == status, "\(time)")
        }
        let spine = try Spine(entities: [entity(name)], times: [now])
        #expect(try store.values(of: FeatureList([feature]), for: spine)[0][0].value == value)
        #expect(try store.values(of: FeatureList([feature]), for: entity(name))[0].value == value)
        let history = try store.history(of: feature, for: entity(name)).entries.map(\.value)
        #expect(history == (value.map { [$0] } ?? []))
        #expect(try store.entities(of: feature).entities.map(\.answer.value) == (value.map { [$0] } ?? []))
    }

    @Test func `keeps the newest value of a quiet entity, and only that`() throws {
        #expect(try put(1, daysAgo: 400).hiddenCells == 0)
        try expect(.int64(1))
        #expect(try put(2, daysAgo: 300).hiddenCells == 0)
        #expect(try put(0, daysAgo: 500).hiddenCells == 1)
        try expect(.int64(2))
        #expect(try store.sweep().sweptCells == 2)
        try expect(.int64(2))
        #expect(try store.sweep().sweptCells == 0)
        #expect(try put(3, daysAgo: 1).hiddenCells == 0)
        try expect(.int64(3))
        #expect(try store.sweep().sweptCells == 1)
        #expect(try store.verify().isSound)
    }

    @Test func `survives a restart, and is refused by a program that does not know it`() throws {
        _ = try put(1, daysAgo: 400)
        fixture.store.close()
        // Older programs read the format first, and refuse one that they do not know.
        let environment = try Environment(
            directory: fixture.path,
            name: FeatureStore.fileName,
            options: EnvironmentOptions(mapSize: nil, maxReaders: 8, durability: .full, isReadOnly: true)
        )
        let names = StoreTable.allCases.map(\.rawValue)
        let tables = StoreTables(try #require(try environment.openTables(names, create: false)))
        #expect(try ReadTransaction(in: environment, tables: []).formatVersion(tables) == 2)
        _ = consume environment
        let reopened = try FeatureStore(directory: fixture.path, options: fixture.clock.options)
        let found = try #require(try reopened.feature(named: "f"))
        #expect(found.definition.retention.keepLatest)
        #expect(try reopened.value(of: found.handle, for: entity("e")).value == .int64(1))
    }

    @Test func `does not bring back what it had hidden`() throws {
        try store.update(feature, FeatureUpdate(retention: Retention(maxAge: .seconds(30 * 86_400))))
        #expect(try put(1, daysAgo: 400).hiddenCells == 1)
        try expect(nil)
        try store.update(feature, FeatureUpdate(retention: Retention(maxAge: .seconds(30 * 86_400), keepLatest: true)))
        try expect(nil)
        #expect(try store.statistics().cells == 0)
        // Deleting the newest does not uncover what was hidden behind it.
        _ = try put(1, daysAgo: 200)
        _ = try put(2, daysAgo: 100)
        try store.delete(feature, for: entity("e"), at: moment(fixture.clock.nanoseconds - 100 * Self.day))
        try expect(nil)
    }

    @Test func `tells of values that it hides at once`() throws {
        let few =
            try store.define(
                FeatureDefinition(name: "few", type: .int64, retention: Retention(maxVersions: 2))
            )
            .handle
        var batch = WriteBatch()
        for number in 1...5 { try batch.put(.int64(1), of: few, for: entity("e"), at: moment(Int64(number))) }
        #expect(try store.write(batch).hiddenCells == 3)
        #expect(try store.put(.int64(1), of: few, for: entity("e"), at: moment(4)).hiddenCells == 0)
        #expect(try store.put(.int64(1), of: few, for: entity("e"), at: moment(3)).hiddenCells == 1)
        #expect(try store.put(.int64(1), of: few, for: entity("e"), at: moment(6)).hiddenCells == 0)
    }

    /// A write of old values walked over the whole history of each of them, and everybody else's writes waited.
    @Test func `passes over a bounded number of values to tell`() throws {
        let retention = Retention(maxVersions: 1_000_000)
        let long = try store.define(FeatureDefinition(name: "long", type: .int64, retention: retention)).handle
        for start in 0..<3 {
            var batch = WriteBatch()
            for number in 0..<50_000 {
                let time = moment(Int64(100 + start * 50_000 + number))
                try batch.put(.int64(1), of: long, for: entity("e"), at: time)
            }
            try store.write(batch)
        }
        try store.update(long, FeatureUpdate(retention: Retention(maxVersions: 140_000)))
        // Hidden, but more than 100 000 cells away from the newest.
        #expect(try store.put(.int64(1), of: long, for: entity("e"), at: moment(2)).hiddenCells == 0)
        #expect(try store.history(of: long, for: entity("e"), through: moment(2)).entries.isEmpty)
        // What comes next has the whole of the steps again.
        try store.update(long, FeatureUpdate(retention: Retention(maxVersions: 90_000)))
        #expect(try store.put(.int64(1), of: long, for: entity("e"), at: moment(3)).hiddenCells == 1)
    }
}
