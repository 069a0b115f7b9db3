/// What the store says about an acknowledged batch.
public struct CommitReceipt: Hashable, Sendable {
    /// The commit time that every cell of the batch got: later than that of every batch before, also across
    /// restarts and clocks that step back.
    public let commitTime: Timestamp
    /// How many cells the batch has written. Of several cells for one feature, entity and event time the last counts.
    public let cells: Int
}
