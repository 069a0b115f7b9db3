import FStoreLMDB
import FStoreTestSupport
import Glibc
import Synchronization
import Testing

@testable import FStore

/// The story: another process was stopped in the middle of a write. All writes waited for ever, without a word.
///
/// Another thread of the test holds LMDB's lock here; the lock is the same, and its holder is this process.
@Suite("A write lock that somebody holds", .timeLimit(.minutes(1)))
struct WriteLockTests {
    /// Holds the lock until it is told to let go.
    private final class Holder: Sendable {
        private enum Step { case waiting, holding, leaving, gone }
        private let step = Monitor<Step>(.waiting)

        init(_ environment: Environment) throws {
            let isRunning = SystemThread.start { [step] in
                let transaction = try? WriteTransaction(in: environment)
                step.withLock { $0 = .holding }
                _ = step.wait { state, _ -> Bool? in state == .leaving ? true : nil }
                _ = consume transaction
                step.withLock { $0 = .gone }
            }
            #expect(isRunning)
            _ = step.wait { state, _ -> Bool? in state == .holding ? true : nil }
        }

        func leave() {
            step.withLock { $0 = .leaving }
            _ = step.wait { state, _ -> Bool? in state == .gone ? true : nil }
        }
    }

    private let events = EventList()

    private func fixture(_ wait: Duration) throws -> (StoreFixture, FeatureHandle) {
        let fixture = try StoreFixture {
            $0.writeWait = wait
            $0.notify = events.add
        }
        return (fixture, try fixture.feature("f", .int64))
    }

    private func put(_ store: FeatureStore, _ feature: FeatureHandle, _ number: Int64) throws(WriteError) {
        try store.put(.int64(number), of: feature, for: entity("e\(number)"), at: moment(number))
    }

    private func expectHeld(_ body: () throws(WriteError) -> Void) {
        do throws(WriteError) {
            try body()
            Issue.record("it was done")
        } catch {
            #expect(error == .lockHeld(process: getpid(), seconds: 0), "\(error)")
        }
    }

    @Test func `refuses what waits, what comes, and changes, and says who it is`() async throws {
        let (fixture, feature) = try fixture(.milliseconds(200))
        let store = fixture.store
        try put(store, feature, 0)
        let holder = try Holder(try store.readers.environment())
        // One is taken by the writer, the others wait in the queue.
        let refused = Monitor(0)
        for number in 1...5 {
            var batch = WriteBatch()
            try batch.put(.int64(1), of: feature, for: entity("e\(number)"), at: moment(1))
            try store.submit(batch) { result in
                if case .failure(.lockHeld) = result { refused.withLock { $0 += 1 } }
            }
        }
        #expect(refused.wait(timeout: .seconds(20)) { count, _ -> Bool? in count == 5 ? true : nil } == true)
        expectHeld { () throws(WriteError) in try put(store, feature, 6) }
        expectHeld { () throws(WriteError) in try store.define(FeatureDefinition(name: "g")) }
        expectHeld { () throws(WriteError) in try store.erase(entity("e0")) }
        #expect(throws: MaintenanceError.self) { try store.sweep() }
        #expect(store.writeObstacle() == .lockHeld(process: getpid(), seconds: 0))
        #expect(try store.value(of: feature, for: entity("e0")).status == .present)
        holder.leave()
        while store.writeObstacle() != nil { try await Task.sleep(for: .milliseconds(5)) }
        try put(store, feature, 7)
        // Nothing that was refused was written after all.
        #expect(try store.statistics().cells == 2)
        #expect(try store.feature(named: "g") == nil)
        #expect(events.all.count == 2)
        #expect(events.all.last == .writeLockFree)
    }

    @Test func `is waited for when it is short`() async throws {
        let (fixture, feature) = try fixture(.seconds(20))
        for _ in 0..<3 {
            let holder = try Holder(try fixture.store.readers.environment())
            var batch = WriteBatch()
            try batch.put(.int64(1), of: feature, for: entity("e"), at: moment(1))
            let isWritten = Monitor(false)
            try fixture.store.submit(batch) { result in
                isWritten.withLock { $0 = (try? result.get()) != nil }
            }
            usleep(20_000)
            holder.leave()
            #expect(isWritten.wait(timeout: .seconds(20)) { state, _ -> Bool? in state ? true : nil } == true)
        }
        #expect(events.all.isEmpty)
    }

    /// A change is refused while it waits for its lock, and does not happen when it gets it later.
    @Test func `refuses a change that has begun to wait`() async throws {
        let (fixture, feature) = try fixture(.milliseconds(100))
        let store = fixture.store
        try put(store, feature, 0)
        let holder = try Holder(try store.readers.environment())
        expectHeld { () throws(WriteError) in try store.delete(feature) }
        holder.leave()
        while store.writeObstacle() != nil { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try store.feature(named: "f") != nil)
        try put(store, feature, 1)
        #expect(try store.statistics().cells == 2)
    }

    @Test func `does not keep a store from closing`() throws {
        let (fixture, feature) = try fixture(.milliseconds(100))
        let holder = try Holder(try fixture.store.readers.environment())
        expectHeld { () throws(WriteError) in try put(fixture.store, feature, 1) }
        fixture.store.close()
        holder.leave()
    }
}
