internal import Synchronization

/// Notices that the writer waits for the write lock of the file, which another process may hold for as long as it
/// likes: one that was stopped within a transaction holds it for ever.
///
/// LMDB's lock cannot be waited for with a limit. So the writer says when it begins to wait, and a thread beside it
/// gives up what waits, in the writer's place, when that takes too long. The wait that was given up writes nothing when
/// it ends.
final class WriteLockWatch: Sendable {
    private enum Wait {
        static let none: Int64 = 0
        static let givenUp: Int64 = -1
    }

    private struct State {
        var isClosed = false
        var isWoken = false
        /// Everyone was told of the wait that was given up.
        var hasGivenUp = false
    }

    private let limit: Duration
    /// When the current wait began, in nanoseconds since `origin`, or one of ``Wait``.
    private let waitSince = Atomic<Int64>(Wait.none)
    private let isAsleep = Atomic<Bool>(false)
    private let monitor = Monitor(State())
    private let origin = ContinuousClock.now

    init(limit: Duration) {
        self.limit = limit
    }

    /// The writer begins to wait.
    func begin() {
        waitSince.store(elapsed(), ordering: .sequentiallyConsistent)
        if isAsleep.load(ordering: .sequentiallyConsistent) { monitor.withLock { $0.isWoken = true } }
    }

    /// The writer has the lock, or an error. Returns `false` when the wait was given up meanwhile.
    func end() -> Bool {
        waitSince.exchange(Wait.none, ordering: .sequentiallyConsistent) != Wait.givenUp
    }

    /// Waits until everyone was told of the wait that was given up: the writer must not take the next work before.
    func waitUntilGivenUp() {
        _ = monitor.wait { state, _ -> Bool? in
            guard state.hasGivenUp || state.isClosed else { return nil }
            state.hasGivenUp = false
            return true
        }
    }

    func close() {
        monitor.withLock { $0.isClosed = true }
    }

    /// Watches until ``close()``. Sleeps while nothing is written, and looks now and then while something is: that
    /// costs the writer two writes to memory for each transaction.
    ///
    /// - Parameter giveUp: is told how long the wait has lasted.
    func run(_ giveUp: (Duration) -> Void) {
        let tick = limit / 8
        var isIdle = false
        while true {
            if isIdle { isAsleep.store(true, ordering: .sequentiallyConsistent) }
            let mustSleep = isIdle && waitSince.load(ordering: .sequentiallyConsistent) == Wait.none
            let isClosed = monitor.wait(timeout: mustSleep ? nil : tick) { state, isLate -> Bool? in
                if state.isClosed { return true }
                if state.isWoken || isLate {
                    state.isWoken = false
                    return false
                }
                return nil
            }
            isAsleep.store(false, ordering: .relaxed)
            if isClosed == true { return }
            let since = waitSince.load(ordering: .sequentiallyConsistent)
            isIdle = since == Wait.none
            guard since > 0, elapsed() - since >= limit.clampedNanoseconds else { continue }
            let isStill = waitSince.compareExchange(
                expected: since,
                desired: Wait.givenUp,
                ordering: .sequentiallyConsistent
            )
            guard isStill.exchanged else { continue }
            giveUp(.nanoseconds(elapsed() - since))
            monitor.withLock { $0.hasGivenUp = true }
        }
    }

    private func elapsed() -> Int64 { max(1, (ContinuousClock.now - origin).clampedNanoseconds) }
}
