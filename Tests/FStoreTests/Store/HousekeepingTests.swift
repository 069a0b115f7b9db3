import FStore
import FStoreTestSupport
import Glibc
import Testing

@Suite("Keeping house")
struct HousekeepingTests {
    private let fixture: StoreFixture
    private var store: FeatureStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    @Test func `retention by count takes its space back and keeps what it should`() throws {
        let feature =
            try store.define(
                FeatureDefinition(name: "f", type: .int64, retention: Retention(maxVersions: 3))
            )
            .handle
        for number in 0..<500 {
            var batch = WriteBatch()
            for name in ["a", "b", "c"] {
                try batch.put(.int64(Int64(number)), of: feature, for: entity(name), at: moment(Int64(number)))
            }
            try store.write(batch)
        }
        #expect(
            try store.history(of: feature, for: entity("b")).entries.map(\.eventTime.nanoseconds) == [497, 498, 499]
        )
        #expect(try store.statistics().cells == 1500)
        #expect(try store.sweep() == .removed(swept: 1491))
        #expect(try store.statistics().cells == 9)
        #expect(
            try store.history(of: feature, for: entity("b")).entries.map(\.eventTime.nanoseconds) == [497, 498, 499]
        )
        #expect(try store.sweep() == .removed(swept: 0))
        #expect(try store.verify().isSound)
    }

    /// The bug of a first draft: a slice that ended within a series went on with the series after it.
    @Test func `a series longer than a slice is swept to its end`() throws {
        let feature =
            try store.define(
                FeatureDefinition(name: "f", type: .int64, retention: Retention(maxAge: .nanoseconds(10)))
            )
            .handle
        let start = fixture.clock.now.nanoseconds
        var batch = WriteBatch()
        for number in 0..<7000 {
            try batch.put(
                .int64(1),
                of: feature,
                for: entity(number < 6000 ? "long" : "next"),
                at: moment(start - Int64(number))
            )
        }
        try store.write(batch)
        let kept = 11
        #expect(try store.history(of: feature, for: entity("long"), limit: 100_000).entries.count == kept)
        #expect(try store.sweep().sweptCells == 7000 - kept)
        #expect(try store.statistics().cells == kept)
        #expect(try store.value(of: feature, for: entity("next")).status == .missing)
        #expect(try store.statistics().latestRows == 1)
        #expect(try store.verify().isSound)
    }

    @Test func `the background sweeps by itself`() throws {
        let swept = try StoreFixture { $0.sweepInterval = .milliseconds(20) }
        let feature = try swept.store
            .define(
                FeatureDefinition(name: "f", type: .int64, retention: Retention(maxVersions: 1))
            )
            .handle
        for number in 0..<50 {
            try swept.store.put(.int64(1), of: feature, for: entity("e"), at: moment(Int64(number)))
        }
        for _ in 0..<500 where try swept.store.statistics().cells > 1 { usleep(10_000) }
        #expect(try swept.store.statistics().cells == 1)
    }

    @Test func `an erasure larger than a slice removes all of it, and nothing else`() throws {
        let features = try (0..<3).map { try fixture.feature("f\($0)", .int64) }
        for feature in features {
            for name in ["gone", "gonf", "gon"] {
                var batch = WriteBatch()
                for number in 0..<2500 {
                    try batch.put(.int64(1), of: feature, for: entity(name), at: moment(Int64(number)))
                }
                try store.write(batch)
            }
        }
        try store.delete(features[2], for: entity("gone"), at: moment(2499))
        #expect(try store.erase(entity("gone")) == 7501)
        #expect(try store.erase(entity("gone")) == 0)
        for feature in features {
            #expect(try store.history(of: feature, for: entity("gone")).entries.isEmpty)
            #expect(try store.history(of: feature, for: entity("gonf"), limit: 10_000).entries.count == 2500)
            #expect(try store.entities(of: feature).entities.map(\.entity.text) == ["gon", "gonf"])
        }
        #expect(try store.verify().isSound)
        #expect(try store.statistics().cells == 15_000)
    }

    /// The story: an erasure that met a full map left its ticket, and the next erasure of the same entity went no
    /// further than the ticket said, sparing what had been written since.
    @Test func `an erasure reaches up to the newest commit, whatever was left of an earlier one`() throws {
        let small = try StoreFixture { $0.mapSize = 1 << 20 }
        let feature = try small.feature("f", .bytes)
        let value = FeatureValue.bytes([UInt8](repeating: 1, count: 40))
        var number = 0
        do {
            while true {
                var batch = WriteBatch()
                for _ in 0..<200 {
                    try batch.put(value, of: feature, for: entity("e"), at: moment(Int64(number)))
                    number += 1
                }
                try small.store.write(batch)
            }
        } catch WriteError.mapFull {}
        let isInterrupted = (try? small.store.erase(entity("e"))) == nil
        small.store.close()
        var options = small.clock.options
        options.mapSize = 1 << 26
        let store = try FeatureStore(directory: small.path, options: options)
        try store.put(value, of: feature, for: entity("e"), at: moment(-1))
        let removed = try store.erase(entity("e"))
        #expect(removed >= 1, "the first erasure was \(isInterrupted ? "" : "not ")interrupted")
        #expect(try store.statistics().cells == 0)
        #expect(try store.verify().isSound)
    }

    /// The story: deleting a series value by value, newest first, searched from the newest tombstone each time.
    @Test(.timeLimit(.minutes(1))) func `deleting a long series value by value stays quick`() throws {
        let feature = try fixture.feature("f", .int64)
        let count = 20_000
        var batch = WriteBatch()
        for number in 0..<count {
            try batch.put(.int64(Int64(number)), of: feature, for: entity("e"), at: moment(Int64(number)))
        }
        try store.write(batch)
        for number in (1..<count).reversed() {
            var batch = WriteBatch()
            try batch.delete(feature, for: entity("e"), at: moment(Int64(number)))
            try store.submit(batch) { _ in }
            if number % 5000 == 0 { try store.sweep() }
        }
        try store.sweep()
        #expect(try store.value(of: feature, for: entity("e")).value == .int64(0))
        try store.delete(feature, for: entity("e"), at: moment(0))
        #expect(try store.value(of: feature, for: entity("e")).status == .missing)
        #expect(try store.verify().isSound)
    }

    @Test func `a backup taken while others write is one consistent store`() async throws {
        let features = try (0..<4).map { try fixture.feature("f\($0)", .int64) }
        let writer = Task.detached { [store] in
            for number in 0..<400 {
                var batch = WriteBatch()
                for feature in features {
                    try batch.put(.int64(Int64(number)), of: feature, for: entity("e"), at: moment(Int64(number)))
                }
                try await store.write(batch)
            }
        }
        for number in 0..<5 {
            let target = fixture.directory.path("backup-\(number)")
            try store.backup(to: target)
            let copy = try FeatureStore(directory: target)
            #expect(try copy.verify().isSound)
            let values = try copy.values(of: FeatureList(features), for: entity("e")).map(\.value)
            #expect(Set(values).count == 1, "a batch was cut: \(values)")
            copy.close()
        }
        try await writer.value
        #expect(throws: MaintenanceError.notEmpty(directory: fixture.directory.path("backup-0"))) {
            try store.backup(to: fixture.directory.path("backup-0"))
        }
        let restored = fixture.directory.path("restored")
        try FeatureStore.restore(from: fixture.directory.path("backup-4"), to: restored)
        #expect(throws: MaintenanceError.notEmpty(directory: restored)) {
            try FeatureStore.restore(from: fixture.directory.path("backup-4"), to: restored)
        }
        let reopened = try FeatureStore(directory: restored)
        #expect(try reopened.feature(named: "f3")?.handle == features[3])
        #expect(throws: MaintenanceError.self) {
            try FeatureStore.restore(from: fixture.directory.path("nothing"), to: fixture.directory.path("x"))
        }
    }

    @Test func `statistics count, and show a reader that does not end`() throws {
        let feature = try fixture.feature("f", .float64)
        for number in 0..<100 {
            try store.put(.float64(1), of: feature, for: entity("e\(number % 4)"), at: moment(Int64(number)))
        }
        let quiet = try store.statistics()
        #expect(quiet.cells == 100 && quiet.latestRows == 4 && quiet.features == 1)
        #expect(quiet.readers.isEmpty && quiet.readsSince.isEmpty && quiet.oldestReaderLag == 0)
        #expect(quiet.bytesPerCell > 40 && quiet.usedBytes <= quiet.fileBytes && quiet.mapBytes == 1 << 30)
        let began = fixture.clock.now
        func write(_ number: Int) {
            _ = try? store.put(.float64(2), of: feature, for: entity("e"), at: moment(Int64(number)))
        }
        try store.read { _ throws(ReadError) in
            fixture.clock.advance(5_000_000_000)
            for number in 0..<10 { write(number) }
            let busy = try store.statistics()
            #expect(busy.readers.count == 1 && busy.readers[0].process == getpid())
            #expect(busy.oldestReaderLag == 10)
            #expect(busy.readsSince == [began])
        }
        #expect(try store.statistics().oldestReaderLag == 0)
    }

    @Test func `a slot of a process that died is cleared`() async throws {
        let path = fixture.path
        let feature = try fixture.feature("f", .float64)
        try await store.put(.float64(1), of: feature, for: entity("e"), at: moment(1))
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            var options = StoreOptions()
            options.access = .readOnly
            let other = try FeatureStore(directory: path, options: options)
            try other.read { _ throws(ReadError) in _ = kill(getpid(), SIGKILL) }
        }
        #expect(try store.statistics().readers.count == 1)
        #expect(try store.clearStaleReaders() == 1)
        #expect(try store.statistics().readers.isEmpty)
    }
}

extension SweepReport {
    fileprivate static func removed(swept: Int) -> SweepReport {
        var report = SweepReport()
        report.sweptCells = swept
        return report
    }
}
