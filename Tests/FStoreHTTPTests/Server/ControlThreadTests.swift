import Glibc
import Synchronization
import Testing

@testable import FStoreHTTP

@Suite("The threads of the control plane")
struct ControlThreadTests {
    /// What tasks tell each other.
    private final class Turns: Sendable {
        let isOver = Atomic<Bool>(false)
        let order = Mutex<[Int64]>([])
    }

    private static func rank() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

    @Test func `step back behind others, also in tasks within tasks and after a wait`() async throws {
        try await ControlThreads.run(count: 2) { _ in
            #expect(Self.rank() >= 10)
            await withDiscardingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        await Task.yield()
                        try? await Task.sleep(for: .milliseconds(1))
                        #expect(Self.rank() >= 10)
                    }
                }
            }
        }
    }

    @Test func `end when what they run throws`() async {
        struct Broken: Error {}
        await #expect(throws: Broken.self) { try await ControlThreads.run(count: 1) { _ in throw Broken() } }
    }

    /// Two uploads had both threads of the control plane, and nobody else was answered for as long as they took.
    @Test func `a lane that blocks all its threads leaves one to the others`() async throws {
        try await ControlThreads.run(count: 2) { threads in
            let turns = Turns()
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask(executorPreference: threads.lane(of: 1)) {
                        while !turns.isOver.load(ordering: .relaxed) { usleep(1000) }
                    }
                }
                for _ in 0..<20 {
                    await withTaskExecutorPreference(threads.lane(of: 2)) { await Task.yield() }
                    await withTaskExecutorPreference(threads.lane(of: nil)) { await Task.yield() }
                }
                turns.isOver.store(true, ordering: .relaxed)
            }
        }
    }

    @Test func `two lanes that are busy take turns`() async throws {
        let turns = Turns()
        try await ControlThreads.run(count: 1) { threads in
            try await withThrowingDiscardingTaskGroup { group in
                for organization in [Int64(1), 2] {
                    for _ in 0..<40 {
                        group.addTask(executorPreference: threads.lane(of: organization)) {
                            usleep(500)
                            turns.order.withLock { $0.append(organization) }
                        }
                    }
                }
            }
        }
        // The second was asked for behind all of the first.
        let firstHalf = turns.order.withLock { $0.prefix(40).count { $0 == 2 } }
        #expect(firstHalf > 10)
    }
}
