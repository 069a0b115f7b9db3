internal import FStore
internal import Synchronization

/// A batch that is being committed while its sender makes the next one, without a thread that waits.
final class PendingWrite: Sendable {
    private enum State {
        case going
        case waited(CheckedContinuation<CommitReceipt, any Error>)
        case done(Result<CommitReceipt, WriteError>)
    }

    private let state = Mutex(State.going)

    /// Hands the batch to the writer.
    init(_ batch: consuming WriteBatch, to store: FeatureStore) throws(WriteError) {
        try store.submit(batch) { [result = self] outcome in result.finish(outcome) }
    }

    private func finish(_ outcome: Result<CommitReceipt, WriteError>) {
        let waiting = state.withLock { state -> CheckedContinuation<CommitReceipt, any Error>? in
            defer { state = .done(outcome) }
            if case .waited(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume(with: outcome.mapError { $0 as any Error })
    }

    /// What came of it. Called once.
    func wait() async throws -> CommitReceipt {
        try await withCheckedThrowingContinuation { continuation in
            let outcome = state.withLock { state -> Result<CommitReceipt, WriteError>? in
                if case .done(let outcome) = state { return outcome }
                state = .waited(continuation)
                return nil
            }
            if let outcome { continuation.resume(with: outcome.mapError { $0 as any Error }) }
        }
    }
}
