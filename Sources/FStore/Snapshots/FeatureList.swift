internal import Synchronization

/// Features to be read together, prepared once and used for many reads.
///
/// Keeps the asked order for the answers and the store's order for the walk. A feature may occur more than once.
public struct FeatureList: Sendable {
    /// The features in the asked order.
    public let handles: [FeatureHandle]
    /// The features in the order of the store.
    let order: [Place]
    /// Set when the features live in several spaces.
    let spansSpaces: Bool
    /// The state of the rules in which all features were last seen to be plain.
    let plainness = Plainness()

    /// Features of one space, in the order in which the answers are wanted.
    public init(_ handles: [FeatureHandle]) {
        self.handles = handles
        order = handles.enumerated().map { Place(number: $1.number, position: $0) }
            .sorted { ($0.number, $0.position) < ($1.number, $1.position) }
        spansSpaces = handles.contains { $0.space != handles[0].space }
    }

    struct Place: Sendable {
        let number: UInt32
        /// In `handles`.
        let position: Int
    }

    /// How many features.
    public var count: Int { handles.count }
}

/// Remembers that every feature of a list was plain, without ttl and retention, in one state of the rules. Later reads
/// in that state skip the check of each feature.
final class Plainness: Sendable {
    private let stamp = Atomic<UInt64>(0)

    @inline(__always)
    func isKnown(in rules: RuleTable) -> Bool { stamp.load(ordering: .relaxed) == rules.stamp }

    func note(in rules: RuleTable) { stamp.store(rules.stamp, ordering: .relaxed) }
}
