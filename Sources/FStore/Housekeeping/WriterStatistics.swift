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
}

extension FeatureStore {
    /// What waits for the writer and how long commits take. Does not read the store. All zero in a store that was
    /// opened to read.
    public func writerStatistics() -> WriterStatistics {
        queue?.statistics ?? WriterStatistics()
    }
}
