internal import FStoreLMDB

/// One transaction for a group of batches: check each, stamp, write `history`, bring `latest` up, commit, tell the
/// feeds and everyone.
///
/// Throws only before any batch was answered, and when the transaction has changed nothing.
struct GroupCommit {
    private let writer: Writer

    init(_ writer: Writer) {
        self.writer = writer
    }

    /// - Parameter isRehearsed: whether it is known that the reserve stays untouched.
    func run(_ requests: [BatchRequest], isRehearsed: Bool = false) throws(WriteError) {
        let started = ContinuousClock.now
        let transaction = try writer.begin()
        var registry = try writer.registry(in: transaction)
        var check = BatchCheck(registry: registry)
        var accepted: [BatchRequest] = []
        var refused: [(BatchRequest, WriteError)] = []
        // Everything that may be wrong with one batch alone is found before the first change: LMDB cannot take back
        // part of a transaction, and a neighbor's mistake must not cost the others theirs.
        for request in requests {
            do throws(WriteError) {
                try check.admit(&request.batch)
                accepted.append(request)
            } catch {
                refused.append((request, error))
            }
        }
        if accepted.isEmpty {
            // Nothing to commit. The transaction ends with its scope.
            for (request, error) in refused { request.complete(.failure(error)) }
            return
        }
        let cells = accepted.reduce(0) { $0 + $1.batch.count }
        let bytes = accepted.reduce(0) { $0 + $1.batch.byteCount }
        var isAmple = isRehearsed
        if !isAmple { isAmple = try writer.isRoomAmple(for: transaction, cells: cells, bytes: bytes) }
        let written = try write(accepted, check, &registry, transaction)
        if !isAmple {
            // Seldom, close to a full map: what was written is dropped, and written anew if the reserve is still there.
            try writer.rehearse(transaction)
            _ = consume transaction
            return try run(requests, isRehearsed: true)
        }
        try writer.commit(transaction)
        writer.registries.publish(registry)
        let commitTimes = written.commitTimes
        // Before anyone is answered: whoever has seen a write acknowledged finds it in a feed.
        let hiddenCells = written.hiddenCells
        publish(written, registry, accepted)
        writer.queue.noteCommit(of: accepted.count, took: ContinuousClock.now - started)
        for (index, request) in accepted.enumerated() {
            let receipt = CommitReceipt(
                commitTime: Timestamp(nanoseconds: commitTimes[index]),
                cells: request.batch.cells.order.count,
                hiddenCells: hiddenCells.isEmpty ? 0 : hiddenCells[index]
            )
            request.complete(.success(receipt))
        }
        for (request, error) in refused { request.complete(.failure(error)) }
    }

    /// What a group has written.
    private struct Written: ~Copyable {
        /// Of each batch.
        let commitTimes: [Int64]
        /// The newest commit before.
        let commitBefore: Int64
        /// Features whose type the group has fixed.
        let fixedTypes: [UInt32]
        /// Of each batch: how many cells retention hides at once. Empty when no feature has retention.
        let hiddenCells: [Int]
        /// Of all batches, one after the other.
        let cells: CellArena
    }

    /// Everything between the check and the commit.
    private func write(
        _ requests: [BatchRequest],
        _ check: BatchCheck,
        _ registry: inout FeatureRegistry,
        _ transaction: borrowing WriteTransaction
    ) throws(WriteError) -> Written {
        do {
            if !check.fixedTypes.isEmpty {
                registry = try fixTypes(check.fixedTypes, registry, transaction)
            }
            let commitBefore = try transaction.lastCommit(writer.tables) ?? .min
            let now = try writer.believedTime(commitBefore == .min ? nil : commitBefore, in: transaction)
            let commitTimes = try self.commitTimes(requests.count, at: now, after: commitBefore, transaction)
            try writer.noteTime(now, in: transaction)
            let cells = Self.gathered(requests, commitTimes)
            let series = try SeriesWriter(transaction, writer.tables, writer.scratch)
            try series.store(cells, spaces: Self.spaces(requests))
            let hiddenCells = try HiddenCells(registry, now: Timestamp(nanoseconds: now)).count(requests, series)
            for request in requests {
                for (name, bytes) in request.batch.bookmarks {
                    try transaction.putBookmark(name, bytes, writer.tables)
                }
            }
            return Written(
                commitTimes: commitTimes,
                commitBefore: commitBefore,
                fixedTypes: check.fixedTypes.keys.sorted(),
                hiddenCells: hiddenCells,
                cells: cells
            )
        } catch {
            throw writer.failure(any: error)
        }
    }

    /// Each batch is a commit of its own in the order in which it came, though all share one transaction.
    private func commitTimes(
        _ count: Int,
        at now: Int64,
        after last: Int64,
        _ transaction: borrowing WriteTransaction
    ) throws -> [Int64] {
        // A clock that has stepped back must not bring an earlier commit time, and one that is centuries ahead must
        // leave room for the commits after this one.
        let latestClock = Int64.max - 1 << 40
        guard last < Int64.max - Int64(count) else {
            throw WriteError.storage("the last commit has the greatest possible time; no later one can be written")
        }
        let first = max(min(now, latestClock), last + (last == .min ? 0 : 1))
        let times = (0..<Int64(count)).map { first + $0 }
        try transaction.putLastCommit(times.last ?? first, writer.tables)
        return times
    }

    /// Gives the cells to the feeds, without a copy: this was their last use.
    private func publish(_ written: consuming Written, _ registry: FeatureRegistry, _ requests: [BatchRequest]) {
        let (commitBefore, fixedTypes) = (written.commitBefore, written.fixedTypes)
        let lastCommit = written.commitTimes.last
        var cells: CellArena? = written.cells
        writer.ring.publish(lastCommit: lastCommit, commitBefore: commitBefore) { before, isForeign in
            var targets: [UInt32: ChangeBlock.Target] = [:]
            for request in requests {
                for content in request.batch.contents {
                    guard let feature = registry.feature(number: content.feature.number) else { continue }
                    targets[content.feature.number] = ChangeBlock.Target(handle: feature.handle, id: feature.id)
                }
            }
            guard let cells = cells.take() else { preconditionFailure("a group is published once") }
            return ChangeBlock(
                changes: fixedTypes.compactMap { registry.feature(number: $0) }.map { .updated($0) },
                cells: cells,
                targets: targets,
                commitBefore: before,
                lastCommit: lastCommit ?? before,
                followsForeignCommits: isForeign
            )
        }
    }

    private func fixTypes(
        _ types: [UInt32: ValueType],
        _ registry: FeatureRegistry,
        _ transaction: borrowing WriteTransaction
    ) throws(StorageError) -> FeatureRegistry {
        var changed: [FeatureRecord] = []
        for (number, type) in types {
            guard var record = registry.record(number) else { continue }
            record.feature.definition.type = type
            record.feature.updated = writer.options.clock()
            changed.append(record)
        }
        return try writer.store(changed, over: registry, in: transaction)
    }

    /// All cells of the group, stamped, in the order of `history`.
    private static func gathered(_ requests: [BatchRequest], _ commitTimes: [Int64]) -> CellArena {
        var cells = CellArena(capacity: requests.reduce(16) { $0 + $1.batch.byteCount })
        for (request, commitTime) in zip(requests, commitTimes) {
            // Copied, because batches that are refused later for lack of room are tried again as they came.
            let first = cells.cells.count
            cells.append(request.batch.cells)
            cells.stamp(first..<cells.cells.count, commitTime: commitTime)
        }
        if requests.count > 1 { cells.sort() }
        return cells
    }

    private static func spaces(_ requests: [BatchRequest]) -> [UInt32: UInt32] {
        var spaces: [UInt32: UInt32] = [:]
        for request in requests {
            // Few entries: one for each feature of a batch, not for each cell.
            for content in request.batch.contents { spaces[content.feature.number] = content.feature.space }
        }
        return spaces
    }
}
