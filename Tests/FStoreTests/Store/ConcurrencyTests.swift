import FStore
import FStoreTestSupport
import Glibc
import Synchronization
import Testing

/// The same promises with several threads and with several processes.
@Suite("Several at once")
struct ConcurrencyTests {
    /// What a writer and a reader agree on: each batch writes one number to every feature of an entity.
    private struct Rows {
        var store: FeatureStore
        var features: [FeatureHandle]

        init(_ store: FeatureStore, _ count: Int = 5) throws {
            self.store = store
            features = try (0..<count)
                .map { number in
                    // Another process may be quicker, and defines the same.
                    try store.define(FeatureDefinition(name: "feature \(number)", type: .int64)).handle
                }
        }

        func write(_ number: Int64, _ name: EntityID) async throws -> Timestamp {
            var batch = WriteBatch()
            for feature in features { try batch.put(.int64(number), of: feature, for: name, at: moment(number)) }
            return try await store.write(batch).commitTime
        }

        /// Reads all features of an entity at once and one by one, within one snapshot.
        func read(_ name: EntityID, _ list: FeatureList) throws -> Int64? {
            try store.read { snapshot throws(ReadError) in
                var numbers: Set<Int64?> = []
                try snapshot.values(of: list, for: name) { _, answer in numbers.insert(answer.value?.int64) }
                for feature in features {
                    numbers.insert(try snapshot.value(of: feature, for: name).value?.int64)
                    let past = try snapshot.value(of: feature, for: name, at: .asOf(.last)).value?.int64
                    numbers.insert(past)
                }
                if numbers.count != 1 { Issue.record("half a batch was seen: \(numbers)") }
                return numbers.first ?? nil
            }
        }
    }

    private final class Progress: Sendable {
        let isDone = Atomic<Bool>(false)
        let reads = Atomic<Int>(0)
    }

    @Test func `readers on threads see whole batches, and never an older one after a newer one`() async throws {
        let fixture = try StoreFixture { $0.maxReaders = 16 }
        let rows = try Rows(fixture.store)
        let names = (0..<4).map { entity("entity \($0)") }
        let progress = Progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for reader in 0..<4 {
                group.addTask {
                    let list = FeatureList(rows.features)
                    var newest = [Int64](repeating: -1, count: names.count)
                    var turn = reader
                    while !progress.isDone.load(ordering: .relaxed) {
                        turn += 1
                        let index = turn % names.count
                        let number = try rows.read(names[index], list) ?? -1
                        #expect(number >= newest[index])
                        newest[index] = number
                        progress.reads.wrappingAdd(1, ordering: .relaxed)
                        if turn % 64 == 0 { await Task.yield() }
                    }
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { writers in
                for name in names {
                    writers.addTask {
                        var last = Timestamp.earliest
                        for number in 0..<400 {
                            let time = try await rows.write(Int64(number), name)
                            #expect(time > last)
                            last = time
                            // What was acknowledged is seen by the next read.
                            let seen = try rows.read(name, FeatureList(rows.features)) ?? -1
                            #expect(seen >= Int64(number))
                        }
                    }
                }
                try await writers.waitForAll()
            }
            progress.isDone.store(true, ordering: .relaxed)
            try await group.waitForAll()
        }
        #expect(progress.reads.load(ordering: .relaxed) > 100)
        #expect(try fixture.store.verify().isSound)
        #expect(try fixture.store.statistics().readers.isEmpty)
    }

    @Test func `features are defined, changed and deleted while others read and write`() async throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for round in 0..<40 {
                        let name = "worker \(worker) round \(round)"
                        let feature = try await store.define(FeatureDefinition(name: name, type: .int64))
                        let receipt = try await store.put(
                            .int64(1),
                            of: feature.handle,
                            for: entity("e"),
                            at: moment(1)
                        )
                        #expect(try store.value(of: feature.handle, for: entity("e")).commitTime == receipt.commitTime)
                        try await store.update(feature.handle, FeatureUpdate(owner: "worker"))
                        #expect(try store.feature(named: name)?.definition.owner == "worker")
                        if round % 2 == 0 { try await store.delete(feature.handle) }
                    }
                }
            }
            try await group.waitForAll()
        }
        try store.sweep()
        #expect(try store.features(FeatureFilter(owner: "worker")).total == 80)
        #expect(try store.statistics().cells == 80)
        #expect(try store.verify().isSound)
    }

    /// Two processes write their own entities and check the other's; the commit times of both form one order.
    @Test func `two processes share a store`() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("store")
        try FeatureStore(directory: path).close()
        async let first = #expect(processExitsWith: .success) { [path = path as String] in
            try await ConcurrencyTests.work(path, mine: "first", other: "second")
        }
        async let second = #expect(processExitsWith: .success) { [path = path as String] in
            try await ConcurrencyTests.work(path, mine: "second", other: "first")
        }
        _ = await (first, second)
        let store = try FeatureStore(directory: path)
        #expect(try store.features().total == 5)
        #expect(try store.verify().isSound)
        let feature = try #require(try store.feature(named: "feature 0")).handle
        var times: [Timestamp] = []
        for name in ["first", "second"] {
            let entries = try store.history(of: feature, for: entity(name), limit: 10_000).entries
            #expect(entries.map(\.eventTime.nanoseconds) == Array(0..<300))
            #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.commitTime < $1.commitTime })
            times += entries.map(\.commitTime)
        }
        #expect(Set(times).count == 600)
    }

    private static func work(_ path: String, mine: String, other: String) async throws {
        let store = try FeatureStore(directory: path)
        let rows = try Rows(store)
        let list = FeatureList(rows.features)
        var newest: Int64 = -1
        for number in 0..<300 {
            _ = try await rows.write(Int64(number), entity(mine))
            guard try rows.read(entity(mine), list) == Int64(number) else { throw Wrong() }
            let seen = try rows.read(entity(other), list) ?? -1
            guard seen >= newest else { throw Wrong() }
            newest = seen
        }
        store.close()
    }

    private struct Wrong: Error {}
}
