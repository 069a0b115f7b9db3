internal import Synchronization

/// A batch on its way to the writer, and whom to tell.
///
/// `@unchecked Sendable`: the batch is given from the caller to the queue to the writer, one owner at a time; what is
/// shared is atomic.
final class BatchRequest: @unchecked Sendable {
    var batch: WriteBatch
    private let tell: @Sendable (Result<CommitReceipt, WriteError>) -> Void
    private let answered = Atomic<Bool>(false)

    init(_ batch: consuming WriteBatch, complete: @escaping @Sendable (Result<CommitReceipt, WriteError>) -> Void) {
        self.batch = batch
        tell = complete
    }

    /// Tells the caller, once: the writer does, or whoever gives a write up in its place.
    func complete(_ result: Result<CommitReceipt, WriteError>) {
        if !answered.exchange(true, ordering: .acquiringAndReleasing) { tell(result) }
    }

    /// Whether the caller has been told. Such a batch must not be written any more.
    var isAnswered: Bool { answered.load(ordering: .acquiring) }
}

/// Anything but a batch, on its way to the writer.
final class ChangeRequest: Sendable {
    private let body: @Sendable (Writer) -> Void
    private let refusal: @Sendable (WriteError) -> Void

    /// - Parameters:
    ///   - body: does it on the writer's thread.
    ///   - refusal: tells the caller that it was given up. Both may be called; the caller must take the first answer.
    init(_ body: @escaping @Sendable (Writer) -> Void, refusal: @escaping @Sendable (WriteError) -> Void) {
        self.body = body
        self.refusal = refusal
    }

    func run(_ writer: Writer) { body(writer) }
    func refuse(_ error: WriteError) { refusal(error) }
}

/// What waits for the writer, in the order in which it came.
final class WriteQueue: Sendable {
    /// Anything but a batch runs alone, in transactions of its own.
    enum Item: Sendable {
        case batch(BatchRequest)
        case change(ChangeRequest)
    }

    /// What the writer does next.
    enum Work {
        case batches([BatchRequest])
        case change(ChangeRequest)
        case nothing
        case closed
    }

    private struct State {
        /// `nil` where an item has been taken, so that the queue does not hold what it has given away.
        var items: [Item?] = []
        /// Items before this one have been taken.
        var taken = 0
        var statistics = WriterStatistics()
        var isClosed = false
        var isDrained = false
        var writerThread: UInt?
        /// What the writer is busy with.
        var batchesAtHand: [BatchRequest] = []
        var changeAtHand: ChangeRequest?
        var obstacles = Obstacles()
    }

    /// Why writes are refused now.
    private struct Obstacles {
        var stop: WriteError?
        var lock: WriteError?
        var clock: WriteError?
    }

    private let monitor = Monitor(State())
    private let maxBatches: Int
    private let maxBytes: Int

    init(maxBatches: Int, maxBytes: Int) {
        self.maxBatches = maxBatches
        self.maxBytes = maxBytes
    }

    /// Adds a batch, or refuses it when the queue is full. An empty queue takes a batch of any size.
    func add(_ request: BatchRequest) throws(WriteError) {
        let bytes = request.batch.byteCount
        try monitor.withLock { state throws(WriteError) in
            if state.isClosed { throw .closed }
            if let error = state.obstacles.lock { throw error }
            let batchesThen = state.statistics.queuedBatches + 1
            let bytesThen = state.statistics.queuedBytes + bytes
            if batchesThen > maxBatches {
                throw .busy(LimitError(.maxQueuedBatches, allowed: 0...maxBatches, given: batchesThen))
            }
            if batchesThen > 1, bytesThen > maxBytes {
                throw .busy(LimitError(.maxQueuedBytes, allowed: 0...maxBytes, given: bytesThen))
            }
            state.statistics.queuedBatches = batchesThen
            state.statistics.queuedBytes = bytesThen
            state.items.append(.batch(request))
        }
    }

    /// Adds a change. Changes are few and not counted.
    func add(_ change: ChangeRequest) throws(WriteError) {
        try monitor.withLock { state throws(WriteError) in
            if state.isClosed { throw .closed }
            if let error = state.obstacles.lock { throw error }
            state.items.append(.change(change))
        }
    }

    /// Waits for work: one change, or as many batches as fit one transaction.
    func next(timeout: Duration?, maxCells: Int) -> Work {
        forgetWorkAtHand()
        return monitor.wait(timeout: timeout) { state, isLate in
            guard state.taken < state.items.count else {
                if state.isClosed { return .closed }
                return isLate ? .nothing : nil
            }
            if case .some(.change(let change)) = state.items[state.taken] {
                Self.take(1, from: &state)
                state.changeAtHand = change
                return .change(change)
            }
            state.batchesAtHand = Self.takeBatches(from: &state, maxCells: maxCells)
            return .batches(state.batchesAtHand)
        } ?? .nothing
    }

    /// What is done is not kept while the writer rests: batches are large.
    ///
    /// It goes outside of the lock. The last reference to a store may go with a completion, and closing it comes back
    /// here for the same lock.
    private func forgetWorkAtHand() {
        let done = monitor.withLock { state in
            let done = (state.batchesAtHand, state.changeAtHand)
            state.batchesAtHand = []
            state.changeAtHand = nil
            return done
        }
        withExtendedLifetime(done) {}
    }

    private static func takeBatches(from state: inout State, maxCells: Int) -> [BatchRequest] {
        var requests: [BatchRequest] = []
        var cells = 0
        var bytes = 0
        for item in state.items[state.taken...] {
            guard case .some(.batch(let request)) = item else { break }
            cells += request.batch.count
            bytes += request.batch.byteCount
            let isFull = cells > maxCells || bytes > StoreLimits.batchBytes.upperBound
            if !requests.isEmpty, isFull { break }
            requests.append(request)
            state.statistics.queuedBatches -= 1
            state.statistics.queuedBytes -= request.batch.byteCount
        }
        take(requests.count, from: &state)
        return requests
    }

    private static func take(_ count: Int, from state: inout State) {
        for position in state.taken..<(state.taken + count) { state.items[position] = nil }
        state.taken += count
        if state.taken == state.items.count {
            state.items.removeAll(keepingCapacity: true)
            state.taken = 0
        } else if state.taken > 1024, state.taken * 2 > state.items.count {
            state.items.removeFirst(state.taken)
            state.taken = 0
        }
    }

    // MARK: Obstacles

    /// Why writes are refused, if they are.
    var obstacle: WriteError? {
        monitor.withLock { $0.obstacles.stop ?? $0.obstacles.lock ?? $0.obstacles.clock }
    }

    /// Refuses everything that waits and what the writer has at hand, and whatever comes until ``endLockWait()``.
    func giveUp(_ error: WriteError) {
        let (items, batches, change) = monitor.withLock { state in
            state.obstacles.lock = error
            let waiting = Array(state.items[state.taken...])
            state.items = []
            state.taken = 0
            state.statistics.queuedBatches = 0
            state.statistics.queuedBytes = 0
            return (waiting, state.batchesAtHand, state.changeAtHand)
        }
        for batch in batches { batch.complete(.failure(error)) }
        change?.refuse(error)
        for case .some(let item) in items {
            switch item {
            case .batch(let batch): batch.complete(.failure(error))
            case .change(let change): change.refuse(error)
            }
        }
    }

    /// The write lock is free again. Returns the error with which writes were refused.
    func endLockWait() -> WriteError? {
        monitor.withLock { $0.obstacles.lock.take() }
    }

    func noteStop(_ error: WriteError) {
        monitor.withLock { $0.obstacles.stop = error }
    }

    /// - Parameter error: `nil` when the clock is believed.
    func noteClock(_ error: WriteError?) {
        monitor.withLock { $0.obstacles.clock = error }
    }

    /// Notes that maintenance has failed, or goes on with `nil`.
    func noteMaintenance(_ failure: String?) {
        monitor.withLock { state in
            state.statistics.reclaimFailure = failure
            if failure != nil { state.statistics.reclaimFailures += 1 }
        }
    }

    /// What waits, and what has been noted.
    var statistics: WriterStatistics { monitor.withLock(\.statistics) }

    /// Notes a commit of that many batches.
    func noteCommit(of batches: Int, took duration: Duration) {
        monitor.withLock { state in
            state.statistics.commits += 1
            state.statistics.committedBatches += batches
            state.statistics.commitDuration += duration
        }
    }

    /// Lets nothing more in. The writer finishes what is there.
    func close() {
        monitor.withLock { $0.isClosed = true }
    }

    /// Says that the writer has finished.
    func markDrained() {
        monitor.withLock { $0.isDrained = true }
    }

    /// Notes that the calling thread is the writer's.
    func adoptThread() {
        let thread = SystemThread.current
        monitor.withLock { $0.writerThread = thread }
    }

    /// Waits until the writer has finished. Does not wait on the writer's own thread, where the last reference to a
    /// store may go with a completion that held it: the writer finishes by itself.
    func waitUntilDrained() {
        let thread = SystemThread.current
        if monitor.withLock({ $0.writerThread == thread }) { return }
        // A writer that waits for another process may do so for ever: it then ends with the program.
        _ = monitor.wait { state, _ in state.isDrained || state.obstacles.lock != nil ? true : nil }
    }
}
