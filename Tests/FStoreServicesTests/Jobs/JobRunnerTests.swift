import FStoreServices
import Synchronization
import Testing

@Suite("Jobs")
struct JobRunnerTests {
    private struct Failure: Error {}

    private final class Counts: Sendable {
        let runs = Atomic<Int>(0)
        let reports = Atomic<Int>(0)
        let running = Atomic<Int>(0)
        let most = Atomic<Int>(0)
    }

    /// Runs until `isEnough`, at most ten seconds, then cancels and waits for the end.
    private static func run(_ runner: JobRunner, until isEnough: @escaping @Sendable () -> Bool) async {
        let task = Task { await runner.run() }
        for _ in 0..<1000 where !isEnough() { try? await Task.sleep(for: .milliseconds(10)) }
        task.cancel()
        await task.value
    }

    @Test func `a job is run again and again, never twice at once`() async {
        let counts = Counts()
        let job = Job("busy", every: .milliseconds(1)) {
            let running = counts.running.add(1, ordering: .relaxed).newValue
            _ = counts.most.max(running, ordering: .relaxed)
            try? await Task.sleep(for: .milliseconds(3))
            counts.running.subtract(1, ordering: .relaxed)
            counts.runs.add(1, ordering: .relaxed)
        }
        let runner = JobRunner([job]) { _, _ in Issue.record("nothing failed") }
        await Self.run(runner) { counts.runs.load(ordering: .relaxed) >= 5 }
        #expect(counts.runs.load(ordering: .relaxed) >= 5)
        #expect(counts.most.load(ordering: .relaxed) == 1)
    }

    @Test func `a job that fails is reported and tried again, and the others go on`() async {
        let (failing, healthy) = (Counts(), Counts())
        let jobs = [
            Job("failing", every: .milliseconds(1)) {
                if failing.runs.add(1, ordering: .relaxed).newValue <= 3 { throw Failure() }
            },
            Job("healthy", every: .milliseconds(1)) { healthy.runs.add(1, ordering: .relaxed) },
        ]
        let runner = JobRunner(jobs) { job, error in
            #expect(job.name == "failing" && error is Failure)
            failing.reports.add(1, ordering: .relaxed)
        }
        await Self.run(runner) {
            failing.runs.load(ordering: .relaxed) >= 6 && healthy.runs.load(ordering: .relaxed) >= 6
        }
        #expect(failing.reports.load(ordering: .relaxed) == 3)
        #expect(failing.runs.load(ordering: .relaxed) >= 6 && healthy.runs.load(ordering: .relaxed) >= 6)
    }
}
