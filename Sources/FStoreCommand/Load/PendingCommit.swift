internal import FStore
internal import Glibc
internal import Synchronization

/// A batch that is being committed while the next one is read.
final class PendingCommit: Sendable {
    private let result = Mutex<Result<CommitReceipt, WriteError>?>(nil)
    private let signal = Signal()

    /// Hands the batch to the writer.
    init(_ batch: consuming WriteBatch, to store: FeatureStore) throws(WriteError) {
        try store.submit(batch) { [result = self] outcome in result.finish(outcome) }
    }

    private func finish(_ outcome: Result<CommitReceipt, WriteError>) {
        result.withLock { $0 = outcome }
        signal.post()
    }

    /// Waits for the commit. Called once.
    func wait() throws -> CommitReceipt {
        signal.wait()
        guard let outcome = result.withLock({ $0 }) else { throw WriteError.closed }
        return try outcome.get()
    }
}
