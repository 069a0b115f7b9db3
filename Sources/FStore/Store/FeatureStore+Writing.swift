internal import FStoreLMDB
internal import Synchronization

/// Writing. What has an `async` form exists twice: one blocks the calling thread, one suspends the calling task. The
/// rest blocks.
extension FeatureStore {
    /// Writes a batch, all of it or nothing, and waits until it is committed as the store's durability says.
    ///
    /// - Throws: ``WriteError``; the batch has then changed nothing.
    @discardableResult
    public func write(_ batch: consuming WriteBatch) throws(WriteError) -> CommitReceipt {
        let answer = Monitor<Result<CommitReceipt, WriteError>?>(nil)
        try submit(batch) { result in answer.withLock { $0 = result } }
        return try Self.waited(answer)
    }

    /// Writes a batch, all of it or nothing, and suspends until it is committed as the store's durability says.
    ///
    /// - Throws: ``WriteError``; the batch has then changed nothing.
    @discardableResult
    public func write(_ batch: consuming WriteBatch) async throws(WriteError) -> CommitReceipt {
        batch.cells.sort()
        let pending = PendingBatch(batch)
        let result: Result<CommitReceipt, WriteError> = await withCheckedContinuation { continuation in
            let request = BatchRequest(pending.take()) { continuation.resume(returning: $0) }
            do throws(WriteError) {
                try enqueue(request)
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    /// Hands a batch to the writer and returns at once; `complete` is called on the writer's thread and must not
    /// block it.
    ///
    /// - Throws: ``WriteError/busy(_:)``, ``WriteError/readOnly`` or ``WriteError/closed``; `complete` is then not
    /// called.
    public func submit(
        _ batch: consuming WriteBatch,
        complete: @escaping @Sendable (Result<CommitReceipt, WriteError>) -> Void
    ) throws(WriteError) {
        batch.cells.sort()
        try enqueue(BatchRequest(batch, complete: complete))
    }

    /// Writes one value, as a batch of one cell, and waits until it is committed.
    @discardableResult
    public func put(
        _ value: FeatureValue,
        of feature: FeatureHandle,
        for entity: EntityID,
        at eventTime: Timestamp
    ) throws(WriteError) -> CommitReceipt {
        var batch = WriteBatch()
        try batch.put(value, of: feature, for: entity, at: eventTime)
        return try write(batch)
    }

    /// Writes one value and suspends until it is committed.
    @discardableResult
    public func put(
        _ value: FeatureValue,
        of feature: FeatureHandle,
        for entity: EntityID,
        at eventTime: Timestamp
    ) async throws(WriteError) -> CommitReceipt {
        var batch = WriteBatch()
        try batch.put(value, of: feature, for: entity, at: eventTime)
        return try await write(batch)
    }

    /// Deletes the value at exactly `eventTime`, by a tombstone. See ``WriteBatch/delete(_:for:at:)``.
    @discardableResult
    public func delete(
        _ feature: FeatureHandle,
        for entity: EntityID,
        at eventTime: Timestamp
    ) throws(WriteError) -> CommitReceipt {
        var batch = WriteBatch()
        try batch.delete(feature, for: entity, at: eventTime)
        return try write(batch)
    }

    /// Removes everything about `entity` in `space` physically, history and all, and waits until it is gone.
    ///
    /// What is written while this runs stays. Also removes what is left of it in deleted features.
    ///
    /// - Returns: how many cells are gone.
    @discardableResult
    public func erase(_ entity: EntityID, space: UInt32 = 0) throws(WriteError) -> Int {
        try performing { writer throws(WriteError) in
            var erasure = EntityErasure(space: space, entity: entity)
            return try erasure.run(writer)
        }
    }

    /// Removes everything about `entity` in `space` physically, and suspends until it is gone.
    ///
    /// - Returns: how many cells are gone.
    @discardableResult
    public func erase(_ entity: EntityID, space: UInt32 = 0) async throws(WriteError) -> Int {
        try await performing { writer throws(WriteError) in
            var erasure = EntityErasure(space: space, entity: entity)
            return try erasure.run(writer)
        }
    }

    /// Runs `body` on the writer's thread and suspends until it has a result.
    func performing<Value: Sendable>(
        _ body: @escaping @Sendable (Writer) throws(WriteError) -> Value
    ) async throws(WriteError) -> Value {
        let result: Result<Value, WriteError> = await withCheckedContinuation { continuation in
            let answer = FirstAnswer { continuation.resume(returning: $0) }
            do throws(WriteError) {
                try enqueue(answer.request(body))
            } catch {
                answer.give(.failure(error))
            }
        }
        return try result.get()
    }

    /// Runs `body` on the writer's thread and waits for its result.
    func performing<Value: Sendable>(
        _ body: @escaping @Sendable (Writer) throws(WriteError) -> Value
    ) throws(WriteError) -> Value {
        let result = Monitor<Result<Value, WriteError>?>(nil)
        let answer = FirstAnswer<Value> { value in result.withLock { $0 = value } }
        try enqueue(answer.request(body))
        return try Self.waited(result)
    }

    private static func waited<Value>(_ answer: Monitor<Result<Value, WriteError>?>) throws(WriteError) -> Value {
        guard let result = answer.wait({ state, _ in state }) else { throw .closed }
        return try result.get()
    }
}

/// Tells a caller once: the writer does, or whoever gives a change up in its place.
private final class FirstAnswer<Value: Sendable>: Sendable {
    private let isGiven = Atomic<Bool>(false)
    private let tell: @Sendable (Result<Value, WriteError>) -> Void

    init(_ tell: @escaping @Sendable (Result<Value, WriteError>) -> Void) {
        self.tell = tell
    }

    func give(_ result: Result<Value, WriteError>) {
        if !isGiven.exchange(true, ordering: .acquiringAndReleasing) { tell(result) }
    }

    func request(_ body: @escaping @Sendable (Writer) throws(WriteError) -> Value) -> ChangeRequest {
        ChangeRequest { writer in
            do throws(WriteError) {
                self.give(.success(try body(writer)))
            } catch {
                self.give(.failure(error))
            }
        } refusal: { error in
            self.give(.failure(error))
        }
    }
}

/// Carries a batch into a continuation's closure, which may not consume what it captures.
private final class PendingBatch {
    private var batch: WriteBatch?

    init(_ batch: consuming WriteBatch) {
        self.batch = consume batch
    }

    func take() -> WriteBatch {
        guard let taken = batch.take() else { preconditionFailure("a batch is taken once") }
        return taken
    }
}
