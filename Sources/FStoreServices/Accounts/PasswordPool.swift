internal import FStore
internal import Synchronization

/// Hashes passwords on two threads of its own, which give way to all others. A hash takes 40 ms and 19 MiB on
/// purpose: however many sign in, reads must not notice (docs/decisions/0009-ranks-of-threads.md).
package final class PasswordPool: Sendable {
    /// More is waiting than ``mostWaiting``.
    package struct Busy: Error {}

    /// Hashes at a time.
    package static let threads = 2
    /// Hashes that may wait; further ones are refused at once.
    package static let mostWaiting = 16

    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// What `work` returns, on one of the threads.
    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let job: @Sendable () -> Void = { continuation.resume(returning: work()) }
            let place = state.withLock { state in
                if state.running < Self.threads {
                    state.running += 1
                    return Place.thread
                }
                if state.waiting.count >= Self.mostWaiting { return .none }
                state.waiting.append(job)
                return .queue
            }
            switch place {
            case .queue: break
            case .none: continuation.resume(throwing: Busy())
            case .thread:
                // When the system has no room for a thread, this one has to do it.
                let isStarted = SystemThread.start {
                    SystemThread.giveWay()
                    self.work(behind: job)
                }
                if !isStarted { self.work(behind: job) }
            }
        }
    }

    private enum Place { case thread, queue, none }

    /// Does `first` and whatever waits by then. A thread costs a thousandth of a hash, so that none is kept.
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
