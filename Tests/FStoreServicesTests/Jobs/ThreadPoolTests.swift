import Dispatch
import Synchronization
import Testing

@testable import FStoreServices

@Suite("A pool of threads")
struct ThreadPoolTests {
    private final class Running: Sendable {
        let count = Mutex((now: 0, most: 0))
    }

    /// No work ends before all others are refused.
    @Test func `takes two at a time, lets sixteen wait, and refuses the rest`() async throws {
        let (pool, isOpen) = (ThreadPool(threads: 2, mostWaiting: 16, rank: .stepBack), DispatchSemaphore(value: 0))
        let hashes = Running()
        let (all, taken) = (40, 2 + 16)
        let results = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<all {
                group.addTask {
                    do {
                        return try await pool.run {
                            hashes.count.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                            let isInTime = isOpen.wait(timeout: .now() + 10) == .success
                            hashes.count.withLock { $0.now -= 1 }
                            return isInTime
                        }
                    } catch is ThreadPool.Busy {
                        return false
                    }
                }
            }
            var results: [Bool] = []
            while let result = try await group.next() {
                results.append(result)
                if results.count == all - taken { for _ in 0..<taken { isOpen.signal() } }
            }
            return results
        }
        #expect(results == Array(repeating: false, count: all - taken) + Array(repeating: true, count: taken))
        #expect(hashes.count.withLock { $0.most } == 2)
        // Free again.
        #expect(try await pool.run { true })
    }
}
