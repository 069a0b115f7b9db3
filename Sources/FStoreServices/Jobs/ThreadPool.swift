internal import FStore
internal import Synchronization

/// Does long work on a few threads of its own, so that however much of it is asked for, reads do not notice
/// (docs/decisions/0009-ranks-of-threads.md).
package final class ThreadPool: Sendable {
    /// More is waiting than may wait.
    package struct Busy: Error {}

    /// How threads stand back behind those that answer requests.
    package enum Rank: Sendable {
        /// They get nothing while all processors are busy.
        case giveWay
        /// They get little.
        case stepBack
    }

    /// How many work at a time.
    package let threads: Int
    /// How much may wait; what comes beyond is refused at once.
    package let mostWaiting: Int
    private let rank: Rank

    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    package init(threads: Int, mostWaiting: Int, rank: Rank) {
        self.threads = threads
        self.mostWaiting = mostWaiting
        self.rank = rank
    }

    /// What `work` returns, on one of the threads.
    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let job: @Sendable () -> Void = { continuation.resume(returning: work()) }
            let place = state.withLock { state in
                if state.running < threads {
                    state.running += 1
                    return Place.thread
                }
                if state.waiting.count >= mostWaiting { return .none }
                state.waiting.append(job)
                return .queue
            }
            switch place {
            case .queue: break
            case .none: continuation.resume(throwing: Busy())
            case .thread:
                // When the system has no room for a thread, this one has to do it.
                let isStarted = SystemThread.start {
                    self.standBack()
                    self.work(behind: job)
                }
                if !isStarted { self.work(behind: job) }
            }
        }
    }

    private func standBack() {
        switch rank {
        case .giveWay: SystemThread.giveWay()
        case .stepBack: SystemThread.stepBack(10)
        }
    }

    private enum Place { case thread, queue, none }

    /// Does `first` and whatever waits by then. A thread costs next to nothing beside such work, so that none is kept.
    private func work(behind first: @escaping @Sendable () -> Void) {
        var next: (@Sendable () -> Void)? = first
        while let job = next {
            job()
            next = state.withLock { state -> (@Sendable () -> Void)? in
                if state.waiting.isEmpty {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
        }
    }
}
