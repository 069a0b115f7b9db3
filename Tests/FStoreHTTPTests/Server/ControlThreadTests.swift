import Glibc
import Testing

@testable import FStoreHTTP

@Suite("The threads of the control plane")
struct ControlThreadTests {
    private static func rank() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

    @Test func `step back behind others, also in tasks within tasks and after a wait`() async throws {
        try await ControlThreads.run(count: 2) {
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
        await #expect(throws: Broken.self) { try await ControlThreads.run(count: 1) { throw Broken() } }
    }
}
