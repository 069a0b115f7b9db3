internal import NIOPosix
internal import Synchronization

/// The threads of everything that is not the fast path: hummingbird's handlers, large bodies, backups.
///
/// They step back behind the event loops: a body of a thousand values takes a millisecond to read, an answer of the
/// fast path a few microseconds.
///
/// Requests run in lanes, one for each organization. A lane never has all threads, and behind each piece of work, which
/// lasts until the request waits for something, it goes to the end of the queue: however long the requests of one
/// organization take, those of the others come on.
final class ControlThreads: TaskExecutor {
    private let pool: NIOThreadPool
    private let share: Int
    private let lanes = Mutex<[Int64: Lane]>([:])
    /// Requests without a credential.
    private static let nobody: Int64 = 0

    private init(_ pool: NIOThreadPool, share: Int) {
        self.pool = pool
        self.share = share
    }

    /// Runs `body`, and all tasks that it waits for, on such threads: on `count` of them if one lane is all that has
    /// work, and on one more.
    static func run(count: Int, _ body: @Sendable (ControlThreads) async throws -> Void) async throws {
        let pool = NIOThreadPool(numberOfThreads: count + 1)
        // A thread is born with the rank of the one that starts it.
        let parent = NIOThreadPool(numberOfThreads: 1)
        parent.start()
        try await parent.runIfActive {
            ThreadRank.patient()
            pool.start()
        }
        try await parent.shutdownGracefully()
        let threads = ControlThreads(pool, share: count)
        do {
            try await withTaskExecutorPreference(threads) { try await body(threads) }
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

    /// Where requests of an organization run; of those without a credential, when there is none.
    func lane(of organization: Int64?) -> Lane {
        let key = organization ?? Self.nobody
        return lanes.withLock { lanes in
            if let lane = lanes[key] { return lane }
            let lane = Lane(pool, share: share)
            lanes[key] = lane
            return lane
        }
    }

    /// The threads as the requests of one organization see them.
    final class Lane: TaskExecutor {
        private struct State {
            var running = 0
            /// The jobs from `next` on wait.
            var jobs: [UnownedJob] = []
            var next = 0

            mutating func take() -> UnownedJob? {
                if next == jobs.count { return nil }
                defer {
                    next += 1
                    if next == jobs.count {
                        jobs.removeAll(keepingCapacity: next < 1024)
                        next = 0
                    }
                }
                return jobs[next]
            }
        }

        private let pool: NIOThreadPool
        private let share: Int
        private let state = Mutex(State())

        fileprivate init(_ pool: NIOThreadPool, share: Int) {
            self.pool = pool
            self.share = share
        }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            let mayStart = state.withLock { state in
                if state.running < share {
                    state.running += 1
                    return true
                }
                state.jobs.append(job)
                return false
            }
            if mayStart { start(job) }
        }

        /// Behind what other lanes have in the pool's queue.
        private func start(_ job: UnownedJob) {
            pool.submit { _ in
                unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
                let next = self.state.withLock { state in
                    let next = state.take()
                    if next == nil { state.running -= 1 }
                    return next
                }
                if let next { self.start(next) }
            }
        }
    }
}
