internal import FStoreLMDB
internal import Synchronization

/// The newest changes of a store, bounded and shared by all feeds: a feed keeps a position in the ring, not a copy.
///
/// The writer appends a block for each transaction and never waits for a feed: what does not fit drives the oldest
/// blocks out, and a feed that had not come so far finds a gap. Without feeds nothing is kept.
///
/// A thread of its own wakes feeds that wait, so that thousands of them cost the writer one signal.
final class ChangeRing: Sendable {
    private struct State {
        /// `nil` where a block was driven out, so that its memory goes at once.
        var blocks: [ChangeBlock?] = []
        /// How many at the beginning of `blocks` were driven out.
        var gone = 0
        /// The number of `blocks[gone]`.
        var first: UInt64 = 0
        var weight = 0
        var byteCount = 0
        /// The newest commit that was published, also while nobody listened.
        var lastCommit = Int64.min
        /// Whether another process has changed the store since the last block.
        var sawForeignCommits = false
        var feeds = 0
        var isClosed = false

        var end: UInt64 { first + UInt64(blocks.count - gone) }
    }

    /// What the waking thread waits for.
    private struct Signal {
        var isRaised = false
        var isClosed = false
        var isRunning = false
    }

    private let state = Lock(State())
    private let signal = Monitor(Signal())
    /// Not in `state`: the waking thread looks at all of them, and the writer must not wait for that.
    private let subscriptions = Lock<[UInt64: ChangeSubscription]>([:])
    private let waiting = Atomic<Int>(0)
    private let nextIdentity = Atomic<UInt64>(0)
    private let maxChanges: Int
    private let maxBytes: Int

    init(maxChanges: Int, maxBytes: Int) {
        self.maxChanges = maxChanges
        self.maxBytes = maxBytes
    }

    // MARK: The writer's side

    /// Notes where the commits stand when the store is opened.
    func start(after commit: Int64) {
        state.withLock { $0.lastCommit = commit }
    }

    /// Notes that the writer has met changes of another process.
    func noteForeignCommits() {
        state.withLock { $0.sawForeignCommits = true }
    }

    /// Publishes what a transaction has changed that is committed, and visible to readers, but not yet acknowledged.
    ///
    /// - Parameters:
    ///   - lastCommit: its newest commit time; `nil` when it has none.
    ///   - commitBefore: what the store's newest commit was before: another one than the ring's tells of a process that
    ///     has written in between.
    ///   - makeBlock: called only when there is a feed.
    func publish(
        lastCommit: Int64?,
        commitBefore: Int64?,
        _ makeBlock: (_ commitBefore: Int64, _ followsForeignCommits: Bool) -> ChangeBlock
    ) {
        let isHeard = state.withLock { state in
            let isForeign = state.sawForeignCommits || commitBefore.map { $0 != state.lastCommit } ?? false
            let before = state.lastCommit
            if let lastCommit { state.lastCommit = lastCommit }
            state.sawForeignCommits = false
            // Whoever comes later starts behind this commit.
            if state.feeds == 0 { return false }
            append(makeBlock(before, isForeign), to: &state)
            return true
        }
        if isHeard, waiting.load(ordering: .sequentiallyConsistent) > 0 { signal.withLock { $0.isRaised = true } }
    }

    /// The newest block stays, however large it is: a feed that keeps up must not find a gap.
    private func append(_ block: ChangeBlock, to state: inout State) {
        state.blocks.append(block)
        state.weight += block.weight
        state.byteCount += block.byteCount
        while state.weight > maxChanges || state.byteCount > maxBytes, state.blocks.count - state.gone > 1 {
            dropFirst(&state)
        }
        // Moves what is left together now and then: less than one move for each block.
        if state.gone > 64, state.gone * 2 > state.blocks.count {
            state.blocks.removeFirst(state.gone)
            state.gone = 0
        }
    }

    private func dropFirst(_ state: inout State) {
        guard let block = state.blocks[state.gone] else { return }
        state.weight -= block.weight
        state.byteCount -= block.byteCount
        state.blocks[state.gone] = nil
        state.gone += 1
        state.first += 1
    }

    /// Nothing more will come. Feeds may still read what is there.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.withLock { $0.isClosed = true }
    }

    // MARK: The side of the feeds

    /// Begins behind the newest commit.
    func subscribe(_ filter: ChangeFilter) throws(WriteError) -> ChangeSubscription {
        try startWaking()
        let identity = nextIdentity.add(1, ordering: .relaxed).newValue
        let (position, isClosed) = state.withLock { state in
            if !state.isClosed { state.feeds += 1 }
            return (ChangePosition(block: state.end, after: state.lastCommit), state.isClosed)
        }
        if isClosed { throw .closed }
        let subscription = ChangeSubscription(identity, filter, position)
        subscriptions.withLock { $0[identity] = subscription }
        return subscription
    }

    /// The last one to leave takes the blocks along.
    func unsubscribe(_ subscription: ChangeSubscription) {
        guard subscriptions.withLock({ $0.removeValue(forKey: subscription.identity) }) != nil else { return }
        state.withLock { state in
            state.feeds -= 1
            if state.feeds > 0 { return }
            state.first = state.end
            (state.blocks, state.gone, state.weight, state.byteCount) = ([], 0, 0, 0)
        }
    }

    /// Some blocks from a number on, and the number of the first of them: a later one where those before are gone.
    func blocks(from number: UInt64, atMost count: Int = 64) -> (first: UInt64, blocks: [ChangeBlock]) {
        state.withLock { state in
            let first = max(number, state.first)
            let begin = state.gone + Int(first - state.first)
            let end = min(state.blocks.count, begin + count)
            return (first, begin < end ? state.blocks[begin..<end].compactMap { $0 } : [])
        }
    }

    /// Whether there is a block behind this position, or nothing more will come.
    func hasNews(at block: UInt64) -> Bool {
        state.withLock { $0.end > block || $0.isClosed }
    }

    /// Whether nothing more will come, and everything before this position was passed.
    func isAtEnd(_ block: UInt64) -> Bool {
        state.withLock { $0.isClosed && $0.end <= block }
    }

    /// Calls `wake` once: when there may be something behind the position of `subscription`, which may be now.
    func notify(_ subscription: ChangeSubscription, _ wake: @escaping @Sendable () -> Void) {
        // Counted before the look at the ring: a writer that appends after the look sees the count.
        waiting.add(1, ordering: .sequentiallyConsistent)
        let replaced = subscription.wait(wake)
        if let replaced { finish(replaced) }
        if hasNews(at: subscription.block) || subscription.isCancelled { self.wake(subscription) }
    }

    /// Wakes a feed, if it waits.
    func wake(_ subscription: ChangeSubscription) {
        if let wake = subscription.takeWake() { finish(wake) }
    }

    private func finish(_ wake: @Sendable () -> Void) {
        waiting.subtract(1, ordering: .sequentiallyConsistent)
        wake()
    }

    // MARK: The waking thread

    private func startWaking() throws(WriteError) {
        let isNew = signal.withLock { signal in
            defer { signal.isRunning = true }
            return !signal.isRunning && !signal.isClosed
        }
        guard isNew else { return }
        if SystemThread.start({ [self] in runWaking() }) { return }
        signal.withLock { $0.isRunning = false }
        throw .storage("the system has no room for the thread that wakes the feeds of changes")
    }

    private func runWaking() {
        var next: UInt64 = 0
        while true {
            let isClosed = signal.wait { signal, _ -> Bool? in
                guard signal.isRaised || signal.isClosed else { return nil }
                signal.isRaised = false
                return signal.isClosed
            }
            while wakeThose(from: &next) {}
            if isClosed == true { break }
        }
        for subscription in subscriptions.withLock({ Array($0.values) }) { wake(subscription) }
    }

    /// Wakes the waiting feeds that the next blocks concern. `false` when there are no more blocks.
    private func wakeThose(from next: inout UInt64) -> Bool {
        let (first, blocks) = blocks(from: next)
        if blocks.isEmpty { return false }
        for subscription in subscriptions.withLock({ $0 }).values {
            if let wake = subscription.offer(blocks, first: first) { finish(wake) }
        }
        next = first + UInt64(blocks.count)
        return true
    }
}
