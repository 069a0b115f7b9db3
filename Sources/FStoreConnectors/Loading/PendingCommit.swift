internal import FStore
internal import Glibc
internal import Synchronization

/// A batch that is being committed while the next one is read.
final class PendingCommit: Sendable {
    private let result = Mutex<(Result<CommitReceipt, WriteError>, ContinuousClock.Instant)?>(nil)
    private let began = ContinuousClock.now
    private let signal = Signal()

    /// Hands the batch to the writer.
    init(_ batch: consuming WriteBatch, to store: FeatureStore) throws(WriteError) {
        try store.submit(batch) { [result = self] outcome in result.finish(outcome) }
    }

    private func finish(_ outcome: Result<CommitReceipt, WriteError>) {
        result.withLock { $0 = (outcome, .now) }
        signal.post()
    }

    /// Waits for the commit. Called once.
    func wait() throws -> CommitReceipt {
        signal.wait()
        guard let (outcome, _) = result.withLock({ $0 }) else { throw WriteError.closed }
        return try outcome.get()
    }

    /// From the hand-over to the answer, once there is one.
    var duration: Duration { result.withLock { $0.map { $0.1 - began } } ?? .zero }
}

/// Wakes one thread that waits for another: a semaphore of the operating system.
///
/// `@unchecked Sendable`: `sem_t` is made to be shared.
@safe
package final class Signal: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    package init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe semaphore.initialize(to: sem_t())
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    /// Wakes whoever waits, or the next who will.
    package func post() {
        unsafe sem_post(semaphore)
    }

    /// Waits for one ``post()``.
    package func wait() {
        while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
    }
}
