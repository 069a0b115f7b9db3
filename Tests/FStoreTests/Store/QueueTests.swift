import FStore
import FStoreLMDB
import FStoreTestSupport
import Glibc
import Synchronization
import Testing

@Suite("The writer's queue")
struct QueueTests {
    /// Holds the writer's thread in a completion until the test lets it go.
    private final class Brake: Sendable {
        private let isHeld = Atomic<Bool>(false)
        private let isReleased = Atomic<Bool>(false)

        func hold() {
            isHeld.store(true, ordering: .releasing)
            while !isReleased.load(ordering: .acquiring) {}
        }

        func waitUntilHeld() {
            while !isHeld.load(ordering: .acquiring) {}
        }

        func release() {
            isReleased.store(true, ordering: .releasing)
        }
    }

    private func batch(_ feature: FeatureHandle, _ number: Int, bytes: Int = 1) throws -> WriteBatch {
        var batch = WriteBatch()
        let value = FeatureValue.bytes([UInt8](repeating: 1, count: bytes))
        try batch.put(value, of: feature, for: entity("e\(number)"), at: moment(1))
        return batch
    }

    @Test func `refuses the batch that does not fit, names the limit, and takes it later`() throws {
        let fixture = try StoreFixture { $0.maxQueuedBatches = 3 }
        let feature = try fixture.feature("f", .bytes)
        let brake = Brake()
        try fixture.store.submit(batch(feature, 0)) { _ in brake.hold() }
        brake.waitUntilHeld()
        for number in 1...3 { try fixture.store.submit(batch(feature, number)) { _ in } }
        do {
            try fixture.store.submit(batch(feature, 4)) { _ in Issue.record("a refused batch was completed") }
            Issue.record("a fourth batch was taken")
        } catch WriteError.busy(let error) {
            #expect(error.limit == .maxQueuedBatches && error.given == 4 && error.allowed == 0...3)
        }
        brake.release()
        try fixture.store.sweep()
        try fixture.store.write(batch(feature, 5))
        #expect(try fixture.store.statistics().cells == 5)
    }

    @Test func `tells what waits and what was committed together`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .bytes)
        #expect(fixture.store.writerStatistics().commits == 0)
        let brake = Brake()
        try fixture.store.submit(batch(feature, 0)) { _ in brake.hold() }
        brake.waitUntilHeld()
        for number in 1...3 { try fixture.store.submit(batch(feature, number)) { _ in } }
        let waiting = fixture.store.writerStatistics()
        #expect(waiting.queuedBatches == 3 && waiting.queuedBytes > 3)
        #expect(waiting.commits == 1 && waiting.committedBatches == 1)
        brake.release()
        try fixture.store.sweep()
        let done = fixture.store.writerStatistics()
        #expect(done.queuedBatches == 0 && done.queuedBytes == 0)
        #expect(done.commits == 2 && done.committedBatches == 4)
        #expect(done.commitDuration > waiting.commitDuration)
    }

    @Test(arguments: [0, 3, 19])
    func `is emptied by a thread of the rank that is asked for`(niceness: Int) throws {
        let fixture = try StoreFixture { $0.writerNiceness = niceness }
        let feature = try fixture.feature("f", .bytes)
        let rank = Mutex<Int32?>(nil)
        // The completion runs on the writer's thread.
        try fixture.store.submit(batch(feature, 0)) { _ in
            rank.withLock { $0 = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
        }
        try fixture.store.sweep()
        // Who stands further back already, stays there.
        let own = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        #expect(rank.withLock { $0 } == max(own, Int32(niceness)))
    }

    @Test func `counts bytes too`() throws {
        let fixture = try StoreFixture { $0.maxQueuedBytes = 1_048_576 }
        let feature = try fixture.feature("f", .bytes)
        let brake = Brake()
        try fixture.store.submit(batch(feature, 0)) { _ in brake.hold() }
        brake.waitUntilHeld()
        var taken = 0
        do {
            while true {
                try fixture.store.submit(batch(feature, taken, bytes: 60_000)) { _ in }
                taken += 1
            }
        } catch WriteError.busy(let error) {
            #expect(error.limit == .maxQueuedBytes && error.given > 1_048_576)
        }
        brake.release()
        #expect(taken == 17)
    }

    @Test func `batches that waited together share a transaction and still have commit times of their own`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .bytes)
        let brake = Brake()
        try fixture.store.submit(batch(feature, 0)) { _ in brake.hold() }
        brake.waitUntilHeld()
        let times = Lock<[Timestamp]>([])
        for number in 0..<20 {
            // All write the same cell: each is a correction of the one before.
            var batch = WriteBatch()
            try batch.put(.bytes([UInt8(number)]), of: feature, for: entity("same"), at: moment(1))
            try fixture.store.submit(batch) { result in
                times.withLock { if let time = try? result.get().commitTime { $0.append(time) } }
            }
        }
        brake.release()
        fixture.store.close()
        let received = times.withLock { $0 }
        #expect(received.count == 20)
        #expect(zip(received, received.dropFirst()).allSatisfy { $0 < $1 })
        let store = try FeatureStore(directory: fixture.path)
        for (number, time) in received.enumerated() {
            let answer = try store.value(of: feature, for: entity("same"), at: .latest(knownAt: time))
            #expect(answer.value == .bytes([UInt8(number)]))
        }
    }

    @Test func `one that does not fit its feature does not touch its neighbors`() throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .bytes)
        let brake = Brake()
        try fixture.store.submit(batch(feature, 0)) { _ in brake.hold() }
        brake.waitUntilHeld()
        let results = Lock<[Int: Bool]>([:])
        for number in 1...9 {
            var batch = WriteBatch()
            let value: FeatureValue = number % 3 == 0 ? .bool(true) : .bytes([1])
            try batch.put(value, of: feature, for: entity("e\(number)"), at: moment(1))
            try fixture.store.submit(batch) { result in
                results.withLock { $0[number] = (try? result.get()) != nil }
            }
        }
        brake.release()
        try fixture.store.sweep()
        #expect(results.withLock { $0.count } == 9)
        for number in 1...9 {
            #expect(results.withLock { $0[number] } == (number % 3 != 0))
            let status = try fixture.store.value(of: feature, for: entity("e\(number)")).status
            #expect(status == (number % 3 == 0 ? .missing : .present))
        }
    }

    @Test func `a map that is full refuses the write, keeps the reads and lets smaller writes in`() throws {
        let fixture = try StoreFixture { $0.mapSize = 1_048_576 }
        let feature = try fixture.feature("f", .bytes)
        var written = 0
        do {
            while true {
                try fixture.store.write(batch(feature, written, bytes: 20_000))
                written += 1
            }
        } catch WriteError.mapFull(let bytes) {
            #expect(bytes == 1_048_576)
        }
        #expect(written > 5)
        for number in 0..<written {
            #expect(try fixture.store.value(of: feature, for: entity("e\(number)")).status == .present)
        }
        #expect(try fixture.store.value(of: feature, for: entity("e\(written)")).status == .missing)
        try fixture.store.write(batch(feature, written, bytes: 1))
        #expect(try fixture.store.verify().isSound)
        try fixture.store.erase(entity("e0"))
        fixture.store.close()
        var larger = StoreOptions()
        larger.mapSize = 1 << 24
        let store = try FeatureStore(directory: fixture.path, options: larger)
        try store.write(batch(feature, written + 1, bytes: 60_000))
        #expect(try store.verify().isSound)
    }

    /// The story: a program keeps its store only in the completion of its last write. The completion goes on the
    /// writer's thread, the store with it, and closing waited there for the writer itself.
    @Test(.timeLimit(.minutes(1))) func `the last reference may go on the writer's thread`() throws {
        let directory = TemporaryDirectory()
        let path = directory.path("store")
        for _ in 0..<20 {
            var store: FeatureStore? = try FeatureStore(directory: path)
            let feature = try store?.feature(named: "f") ?? store?.define(FeatureDefinition(name: "f", type: .bytes))
            let handle = try #require(feature).handle
            let gone = Gone()
            try store?
                .submit(batch(handle, 1)) { [store] _ in
                    while !gone.isGone.load(ordering: .acquiring) {}
                    _ = store
                }
            store = nil
            gone.isGone.store(true, ordering: .releasing)
            // Opens as soon as the writer has let go of the map.
            var reopened: FeatureStore?
            while reopened == nil { reopened = try? FeatureStore(directory: path) }
            #expect(try reopened?.value(of: handle, for: entity("e1")).status == .present)
            reopened?.close()
        }
    }

    private final class Gone: Sendable {
        let isGone = Atomic<Bool>(false)
    }

    @Test func `tasks suspend instead of blocking`() async throws {
        let fixture = try StoreFixture()
        let feature = try fixture.feature("f", .int64)
        let store = fixture.store
        try await withThrowingTaskGroup(of: Timestamp.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await store.put(.int64(Int64(number)), of: feature, for: entity("e\(number)"), at: moment(1))
                        .commitTime
                }
            }
            var times: Set<Timestamp> = []
            for try await time in group { times.insert(time) }
            #expect(times.count == 200)
        }
        #expect(try store.entities(of: feature, limit: 1000).entities.count == 200)
        await #expect(throws: WriteError.unknownFeature) {
            try await store.delete(feature)
            try await store.put(.int64(1), of: feature, for: entity("e"), at: moment(2))
        }
    }
}
