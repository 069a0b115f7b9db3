internal import NIOPosix

/// The threads of everything that is not the fast path: hummingbird's handlers, large bodies, backups.
///
/// They step back behind the event loops: a body of a thousand values takes a millisecond to read, an answer of the
/// fast path a few microseconds.
final class ControlThreads: TaskExecutor {
    private let pool: NIOThreadPool

    private init(_ pool: NIOThreadPool) {
        self.pool = pool
    }

    /// Runs `body`, and all tasks that it waits for, on `count` such threads.
    static func run(count: Int, _ body: @Sendable () async throws -> Void) async throws {
        let pool = NIOThreadPool(numberOfThreads: count)
        // A thread is born with the rank of the one that starts it.
        let parent = NIOThreadPool(numberOfThreads: 1)
        parent.start()
        try await parent.runIfActive {
            ThreadRank.patient()
            pool.start()
        }
        try await parent.shutdownGracefully()
        do {
            try await withTaskExecutorPreference(ControlThreads(pool), operation: body)
        } catch {
            try? await pool.shutdownGracefully()
            throw error
        }
        try await pool.shutdownGracefully()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { _ in
            // Also when the pool is being shut down: a task that is dropped would never end.
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
