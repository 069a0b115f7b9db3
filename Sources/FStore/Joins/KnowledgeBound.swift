/// Which commits the rows of a ``Spine`` see: what was known when they were asked.
public enum KnowledgeBound: Hashable, Sendable {
    /// All of them, late values and corrections too.
    case byNow
    /// Those up to a commit time, the same for all rows. Asked twice, the answers are the same for ever, once
    /// ``Snapshot/lastCommitTime`` has reached it, but for what retention hides or was erased.
    case by(Timestamp)
    /// Those up to the moment of the row itself: what a model was given then, or would have been. A history that was
    /// loaded later was not known then, and does not answer.
    case byRowTime
    /// Those up to the moment of the row itself, and none after this commit time. Asked twice, the answers are the same
    /// for ever, as those of ``by(_:)``.
    case byRowTimeUpTo(Timestamp)

    /// Whether what is seen depends on the row.
    var followsRow: Bool {
        switch self {
        case .byRowTime, .byRowTimeUpTo: true
        case .byNow, .by: false
        }
    }

    /// The newest commit time that a row of this moment sees.
    @inline(__always)
    func nanoseconds(at moment: Int64) -> Int64 {
        switch self {
        case .byNow: .max
        case .by(let time): time.nanoseconds
        case .byRowTime: moment
        case .byRowTimeUpTo(let time): min(moment, time.nanoseconds)
        }
    }
}
