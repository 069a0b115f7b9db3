/// Something that an operator should hear of, and that no caller is told.
@nonexhaustive
public enum StoreEvent: Hashable, Sendable {
    /// Space could not be taken back, for this reason. It is tried again, after a rest that grows to a minute.
    case reclaimFailed(reason: String)
    /// Space is being taken back again.
    case reclaimResumed
    /// Another process holds the write lock; writes are refused until it lets go. Its id, if that can be told.
    case writeLockHeld(process: Int32?, for: Duration)
    /// The write lock is free again.
    case writeLockFree
    /// The clock is not believed, and writes are refused.
    case clockRefused(ClockJump)
    /// The clock is believed again.
    case clockBelieved
}

extension StoreEvent: CustomStringConvertible {
    /// A sentence for a log.
    public var description: String {
        switch self {
        case .reclaimFailed(let reason):
            "the space of deleted values cannot be taken back now; the store tries again: \(reason)"
        case .reclaimResumed: "the space of deleted values is being taken back again"
        case .writeLockHeld(let process, let duration):
            WriteError.lockHeld(process: process, seconds: Int(duration.components.seconds)).description
        case .writeLockFree: "the write lock is free again"
        case .clockRefused(let jump): jump.description
        case .clockBelieved: "the clock is trusted again; writes are taken"
        }
    }
}

/// Why a store does not take writes now.
extension FeatureStore {
    /// Why writes are refused, as far as that is known without trying one; `nil` when nothing is known against it.
    public func writeObstacle() -> WriteError? {
        guard let queue else { return .readOnly }
        let obstacle = queue.obstacle
        guard case .clockJump = obstacle else { return obstacle }
        // The clock may have been accepted since the last write.
        let jump = try? read { snapshot throws(ReadError) in clockJump(in: snapshot) }
        if jump == .some(nil) { queue.noteClock(nil) }
        return queue.obstacle
    }
}
