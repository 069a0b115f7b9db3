internal import Synchronization

/// Runs what suspends from a command, which does not.
enum Blocking {
    /// Waits on the calling thread until `body` is done.
    static func run(_ body: @escaping @Sendable () async throws -> Void) throws {
        let outcome = Mutex<Result<Void, any Error>>(.success(()))
        let signal = Signal()
        // The main thread waits; the pool has threads of its own.
        let task = Task {
            do {
                try await body()
            } catch {
                outcome.withLock { $0 = .failure(error) }
            }
            signal.post()
        }
        signal.wait()
        _ = task
        try outcome.withLock { $0 }.get()
    }
}
