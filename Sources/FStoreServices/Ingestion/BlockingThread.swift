internal import FStore
internal import FStoreConnectors
internal import Synchronization

/// What `work` returns, done on a thread of its own, which may block and steps back behind those that answer requests.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        let job: @Sendable () -> Void = { continuation.resume(returning: work()) }
        let isStarted = SystemThread.start {
            SystemThread.stepBack(10)
            job()
        }
        if !isStarted { job() }
    }
}

/// What `work` returns, for a thread that may block: it waits. Never called from a task.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
    let box = BlockedResult<Value>()
    Task {
        do { box.set(.success(try await work())) } catch { box.set(.failure(error)) }
    }
    return try box.wait().get()
}

private final class BlockedResult<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let signal = Signal()

    func set(_ value: Result<Value, any Error>) {
        result.withLock { $0 = value }
        signal.post()
    }

    func wait() -> Result<Value, any Error> {
        signal.wait()
        guard let value = result.withLock({ $0 }) else { preconditionFailure("the signal comes behind the result") }
        return value
    }
}
