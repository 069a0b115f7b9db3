/// Which of a feature's values is asked for: the axis of the world and the axis of the store.
///
/// | question | says |
/// |---|---|
/// | `.latest` | the cell with the greatest event time, even if that lies in the future |
/// | `.asOf(t)` | the greatest event time that is not after `t` |
/// | `.asOf(t, knownAt: k)` | the same, as the store would have answered at `k`: later commits are not seen |
/// | `.latest(knownAt: k)` | the greatest event time that the store knew at `k` |
///
/// An answer known at `k` is the same for ever once ``Snapshot/lastCommitTime`` has reached `k`. Before that, a
/// commit that is under way may still receive a commit time up to `k`.
public struct PointInTime: Hashable, Sendable {
    /// Event times after this one are not seen. `nil`: all are.
    public var asOf: Timestamp?
    /// Commits after this one are not seen. `nil`: all are.
    public var knownAt: Timestamp?

    /// Any combination.
    public init(asOf: Timestamp? = nil, knownAt: Timestamp? = nil) {
        self.asOf = asOf
        self.knownAt = knownAt
    }

    /// The newest value.
    public static let latest = PointInTime()

    /// The value as of `time`.
    public static func asOf(_ time: Timestamp) -> PointInTime {
        PointInTime(asOf: time)
    }

    /// The value as of `time`, as the store would have answered at `commitTime`.
    public static func asOf(_ time: Timestamp, knownAt commitTime: Timestamp) -> PointInTime {
        PointInTime(asOf: time, knownAt: commitTime)
    }

    /// The newest value that the store knew at `commitTime`.
    public static func latest(knownAt commitTime: Timestamp) -> PointInTime {
        PointInTime(knownAt: commitTime)
    }
}
