internal import FStoreLMDB
internal import Synchronization

/// One feed as the ring knows it: its filter, how far it has come, and whom to wake.
final class ChangeSubscription: Sendable {
    private struct State {
        var position: ChangePosition
        var wake: (@Sendable () -> Void)?
        var isCancelled = false
    }

    let identity: UInt64
    let filter: ChangeFilter
    private let state: Lock<State>
    /// The same as whether there is a `wake`: the waking thread looks at this, so that it does not wait for feeds that
    /// are reading.
    private let isWaiting = Atomic<Bool>(false)

    init(_ identity: UInt64, _ filter: ChangeFilter, _ position: ChangePosition) {
        self.identity = identity
        self.filter = filter
        state = Lock(State(position: position))
    }

    /// The block that is read next.
    var block: UInt64 { state.withLock { $0.position.block } }

    var completeCommit: Int64 { state.withLock { $0.position.completeCommit } }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func cancel() {
        state.withLock { $0.isCancelled = true }
    }

    // MARK: Reading

    /// The next changes, at most `limit` and perhaps a gap more.
    func read(_ ring: ChangeRing, limit: Int) -> [Change] {
        state.withLock { state in
            var output: [Change] = []
            while output.count < limit, !state.isCancelled {
                let wanted = state.position.block
                let (first, blocks) = ring.blocks(from: wanted)
                guard let oldest = blocks.first else { break }
                if first > wanted {
                    output.append(Self.gap(after: state.position.completeCommit))
                    state.position.skip(to: first, after: oldest.commitBefore)
                }
                for block in blocks where output.count < limit {
                    Self.read(block, &state.position, filter, limit, &output)
                }
            }
            return output
        }
    }

    private static func read(
        _ block: ChangeBlock,
        _ position: inout ChangePosition,
        _ filter: ChangeFilter,
        _ limit: Int,
        _ output: inout [Change]
    ) {
        // A gap that follows a gap says nothing new.
        if block.followsForeignCommits, position.index == 0 {
            if case .gap = output.last {} else { output.append(gap(after: position.completeCommit)) }
        }
        if block.isOfInterest(to: filter) {
            block.read(&position, filter, limit: limit, into: &output)
            if position.index < block.count { return }
        }
        position.pass(block)
    }

    private static func gap(after commit: Int64) -> Change {
        .gap(after: commit == .min ? nil : Timestamp(nanoseconds: commit))
    }

    // MARK: Waiting

    /// Waits from now on. Returns the closure that waited before, if there is one; the caller must call it.
    func wait(_ wake: @escaping @Sendable () -> Void) -> (@Sendable () -> Void)? {
        state.withLock { state in
            defer {
                state.wake = wake
                isWaiting.store(true, ordering: .relaxed)
            }
            return state.wake
        }
    }

    /// Stops waiting. The caller that gets the closure must call it; it is given out once.
    func takeWake() -> (@Sendable () -> Void)? {
        state.withLock { Self.takeWake(&$0, isWaiting) }
    }

    private static func takeWake(_ state: inout State, _ isWaiting: borrowing Atomic<Bool>) -> (@Sendable () -> Void)? {
        isWaiting.store(false, ordering: .relaxed)
        return state.wake.take()
    }

    /// Looks at blocks for a feed that waits: passes over those that do not concern it, so that they may be driven out
    /// without a gap for it, and stops waiting at the first that does.
    func offer(_ blocks: [ChangeBlock], first: UInt64) -> (@Sendable () -> Void)? {
        guard isWaiting.load(ordering: .relaxed) else { return nil }
        return state.withLock { state in
            guard state.wake != nil else { return nil }
            // Blocks before these were driven out before anybody could look at them.
            if state.position.block < first { return Self.takeWake(&state, isWaiting) }
            for block in blocks.dropFirst(Int(clamping: state.position.block - first)) {
                if state.position.index > 0 || block.isOfInterest(to: filter) {
                    return Self.takeWake(&state, isWaiting)
                }
                state.position.pass(block)
            }
            return nil
        }
    }
}
