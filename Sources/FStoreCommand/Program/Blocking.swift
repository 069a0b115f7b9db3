internal import FStoreConnectors
internal import Synchronization

/// Runs what suspends from a command, which does not.
enum Blocking {
    /// Waits on the calling thread until `body` is done.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let outcome = Mutex<Result<Value, any Error>>(.failure(CancellationError()))
        let signal = Signal()
        // The main thread waits; the pool has threads of its own.
        let task = Task {
            let result: Result<Value, any Error>
            do {
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
            outcome.withLock { $0 = result }
            signal.post()
        }
        signal.wait()
        _ = task
        return try outcome.withLock { $0 }.get()
    }
}
