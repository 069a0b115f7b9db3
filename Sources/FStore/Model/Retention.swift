/// How much of a feature's history is kept. Without a limit, all of it.
///
/// Both limits hold exactly for every read from the moment they are set; the space behind them is taken back in the
/// background. What a limit has once hidden never comes back, also when the limit is loosened later. Retention
/// is stronger than `known_at`: a cell that is no longer kept is not seen by any read.
public struct Retention: Hashable, Sendable {
    /// Cells whose event time is more than this before now are not kept.
    public var maxAge: Duration?
    /// Only this many of an entity's newest event times are kept, with all their corrections: 1 to 4 294 967 295.
    /// A deleted value counts.
    public var maxVersions: Int?
    /// Whether the newest event time of each entity is kept however old it is: ``maxAge`` then neither hides nor
    /// removes the last value of an entity that has become quiet. A deleted value counts.
    public var keepLatest: Bool

    /// Keeps everything.
    public static let unlimited = Retention()

    /// Limits by age, by count, by both or by neither.
    public init(maxAge: Duration? = nil, maxVersions: Int? = nil, keepLatest: Bool = false) {
        self.maxAge = maxAge
        self.maxVersions = maxVersions
        self.keepLatest = keepLatest
    }
}
