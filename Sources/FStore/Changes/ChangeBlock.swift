/// What one transaction has changed, as the writer leaves it for the feeds: its own bytes, not a copy for each reader.
///
/// Feeds decode the cells when they read them, on their own threads.
final class ChangeBlock: Sendable {
    /// A feature with cells in the block.
    struct Target: Sendable {
        let handle: FeatureHandle
        let id: FeatureID
    }

    /// Changes of features and erasures. They come before the cells.
    private let changes: [Change]
    /// Each batch after the other: their commit times ascend. Stamped.
    private let cells: CellArena
    private let targets: [UInt32: Target]
    /// The newest commit before the block and with it; the same where there are no cells.
    let commitBefore: Int64
    let lastCommit: Int64
    /// Whether another process has changed the store since the block before. What it changed is not known here.
    let followsForeignCommits: Bool

    init(
        changes: [Change],
        cells: consuming CellArena,
        targets: [UInt32: Target],
        commitBefore: Int64,
        lastCommit: Int64,
        followsForeignCommits: Bool
    ) {
        self.changes = changes
        self.cells = cells
        self.targets = targets
        self.commitBefore = commitBefore
        self.lastCommit = lastCommit
        self.followsForeignCommits = followsForeignCommits
    }

    /// How many changes there are.
    var count: Int { changes.count + cells.cells.count }

    /// What it takes of the bounds of the ring; a block without a change still takes a place.
    var weight: Int { max(1, count) }

    /// About how much memory it takes.
    var byteCount: Int { cells.byteCount + cells.cells.count * 24 + (changes.count + targets.count) * 512 + 256 }

    /// Whether anything in it passes `filter`.
    func isOfInterest(to filter: ChangeFilter) -> Bool {
        if followsForeignCommits { return true }
        return targets.values.contains { filter.admits($0.id, space: $0.handle.space) }
            || changes.contains { filter.admits($0) }
    }

    /// Moves `position` over changes and appends those that pass `filter`, until `output` has `limit`.
    func read(_ position: inout ChangePosition, _ filter: ChangeFilter, limit: Int, into output: inout [Change]) {
        while position.index < changes.count {
            if output.count >= limit { return }
            if filter.admits(changes[position.index]) { output.append(changes[position.index]) }
            position.index += 1
        }
        // Cells of one feature mostly lie together, so the filter is asked when the feature changes.
        var number: UInt32?
        var target: Target?
        while position.index < count {
            if output.count >= limit { return }
            let cell = position.index - changes.count
            if cells.number(cell) != number {
                number = cells.number(cell)
                target = targets[cells.number(cell)]
                    .flatMap {
                        filter.admits($0.id, space: $0.handle.space) ? $0 : nil
                    }
            }
            let commitTime = cells.commitTime(cell)
            position.arrive(at: commitTime)
            if let target {
                let change = ValueChange(
                    feature: target.handle,
                    featureID: target.id,
                    entity: cells.entity(cell),
                    eventTime: Timestamp(nanoseconds: cells.eventTime(cell)),
                    commitTime: Timestamp(nanoseconds: commitTime),
                    isDeletion: cells.isTombstone(cell)
                )
                output.append(.value(change))
            }
            position.index += 1
        }
    }
}

/// How far a feed has come.
struct ChangePosition {
    /// Blocks are counted from 0 on.
    private(set) var block: UInt64
    /// The next change within the block.
    var index = 0
    /// The last commit all changes of which the feed has passed; `min` when there is none.
    private(set) var completeCommit: Int64
    /// The commit of the change that was passed last: more of it may follow.
    private var commit: Int64

    init(block: UInt64, after commit: Int64) {
        (self.block, completeCommit, self.commit) = (block, commit, commit)
    }

    /// Notes that the next change is of this commit.
    mutating func arrive(at next: Int64) {
        if next == commit { return }
        (completeCommit, commit) = (commit, next)
    }

    /// Goes to the block behind this one.
    mutating func pass(_ passed: ChangeBlock) {
        self = ChangePosition(block: block + 1, after: passed.lastCommit)
    }

    /// Passes over blocks that are no longer there.
    mutating func skip(to block: UInt64, after commit: Int64) {
        self = ChangePosition(block: block, after: commit)
    }
}
