internal import FStoreLMDB

/// The size of the store and its open readers.
public struct StoreStatistics: Hashable, Sendable {
    /// Live features, in all spaces.
    public var features: Int
    /// Deleted and erased features whose space is still being taken back.
    public var featuresToReclaim: Int
    /// Cells of `history`, tombstones and superseded commits included.
    public var cells: Int
    /// Rows of `latest`: one for each feature and entity that has a value.
    public var latestRows: Int
    /// The size of the values file.
    public var fileBytes: Int
    /// Bytes of the file that hold data.
    public var usedBytes: Int
    /// Bytes of the file that were freed and wait to be used again.
    public var freeBytes: Int
    /// The most that the file can grow to.
    public var mapBytes: Int
    /// What of ``mapBytes`` is kept back for erasing: other writes are refused when no more than this is left.
    public var reservedBytes: Int { RoomReserve.bytes(of: mapBytes) }
    /// Levels of the tree of `history`: a lookup reads one page of each.
    public var historyDepth: Int
    /// The size of a page, in bytes.
    public var pageBytes: Int
    /// The commit time of the newest commit, or `nil` before the first write.
    public var lastCommitTime: Timestamp?
    /// What the clock said when this was measured.
    public var clock: Timestamp
    /// Set when the clock is not believed, so that writes are refused. See ``StoreOptions/maxClockJump``.
    public var clockJump: ClockJump?
    /// Read transactions that are open now, in all processes, the one that measures not counted.
    public var readers: [OpenReader]
    /// When the reads of this process that are open now began, the one that measures not counted; oldest first.
    public var readsSince: [Timestamp]
    /// The most readers there may be at once.
    public var maxReaders: Int

    /// Bytes that hold data for each cell, both tables together.
    public var bytesPerCell: Double { cells == 0 ? 0 : Double(usedBytes) / Double(cells) }

    /// How far the newest commit lies ahead of the clock: the clock was wrong then, or is wrong now. Commit times go on
    /// from there. `nil` when it is not ahead by more than a minute.
    public var commitsAhead: Duration? {
        guard let lastCommitTime, lastCommitTime > clock.advanced(by: .seconds(60)) else { return nil }
        return .nanoseconds(lastCommitTime.nanoseconds) - .nanoseconds(clock.nanoseconds)
    }

    /// How many commits the oldest reader lags behind. Pages freed since then cannot be used again: a number that
    /// grows means a reader that does not end.
    public var oldestReaderLag: Int { readers.map(\.lag).max() ?? 0 }
}

/// A read transaction that is open in some process.
public struct OpenReader: Hashable, Sendable {
    /// The process that reads.
    public var process: Int32
    /// How many commits have been made since the one that it sees.
    public var lag: Int
}

extension FeatureStore {
    /// Sizes and readers. Walks the list of free pages; the rest is a handful of lookups.
    public func statistics() throws(ReadError) -> StoreStatistics {
        let environment = try readers.environment()
        let before = readers.startTimes().sorted()
        return try read { snapshot throws(ReadError) in
            do throws(StorageError) {
                var found = try Self.statistics(snapshot, environment.statistics(), readsSince: before)
                found.clockJump = clockJump(in: snapshot)
                return found
            } catch {
                throw ReadError(error)
            }
        }
    }

    /// What a write would say of the clock.
    func clockJump(in snapshot: borrowing Snapshot) -> ClockJump? {
        let transaction = snapshot.transaction
        guard let last = (try? transaction.lastCommit(tables)) ?? (try? transaction.created(tables)) else { return nil }
        let note = (try? transaction.clockNote(tables)) ?? nil
        return ClockGuard(options).refusal(snapshot.now.nanoseconds, lastCommit: last, note: note)
    }

    private static func statistics(
        _ snapshot: borrowing Snapshot,
        _ file: EnvironmentStatistics,
        readsSince: [Timestamp]
    ) throws(StorageError) -> StoreStatistics {
        let transaction = snapshot.transaction
        let history = try transaction.statistics(of: snapshot.tables.history)
        let latest = try transaction.statistics(of: snapshot.tables.latest)
        let freePages = try transaction.countFreePages()
        var open = file.readers.compactMap { reader in
            reader.commitNumber.map { OpenReader(process: reader.process, lag: max(0, file.lastCommitNumber - $0)) }
        }
        // One of them, with the least lag, is the read that measures.
        if let own = open.indices.min(by: { open[$0].lag < open[$1].lag }) { open.remove(at: own) }
        return StoreStatistics(
            features: snapshot.registry.count,
            featuresToReclaim: snapshot.registry.doomed.count,
            cells: history.entries,
            latestRows: latest.entries,
            fileBytes: file.fileSize,
            usedBytes: (file.usedPages - freePages) * file.pageSize,
            freeBytes: freePages * file.pageSize,
            mapBytes: file.mapSize,
            historyDepth: history.depth,
            pageBytes: file.pageSize,
            lastCommitTime: try? snapshot.lastCommitTime,
            clock: snapshot.now,
            readers: open,
            readsSince: readsSince,
            maxReaders: file.maxReaders
        )
    }
}

/// What the writer of a store has done since the store was opened in this process, and what waits for it.
public struct WriterStatistics: Hashable, Sendable {
    /// Batches that wait for the writer now.
    public internal(set) var queuedBatches = 0
    /// Their size, in bytes of memory. What may wait is limited by ``StoreOptions/maxQueuedBytes``.
    public internal(set) var queuedBytes = 0
    /// Groups of batches that were committed. Retention, erasure and changes of features are not counted.
    public internal(set) var commits = 0
    /// Batches in those groups: divided by ``commits`` it tells how many callers share one commit.
    public internal(set) var committedBatches = 0
    /// The time from taking a group from the queue until it was on disk, over all ``commits``.
    public internal(set) var commitDuration = Duration.zero
    /// How often space could not be taken back.
    public internal(set) var reclaimFailures = 0
    /// Why space cannot be taken back now; `nil` when all goes well.
    public internal(set) var reclaimFailure: String?
}

extension FeatureStore {
    /// What waits for the writer and how long commits take. Does not read the store. All zero in a store that was
    /// opened to read.
    public func writerStatistics() -> WriterStatistics {
        queue?.statistics ?? WriterStatistics()
    }
}
