/// Features to be read together, prepared once and used for many reads.
///
/// Keeps the asked order for the answers and the store's order for the walk. A feature may occur more than once.
public struct FeatureList: Sendable {
    /// The features in the asked order.
    public let handles: [FeatureHandle]
    /// Positions in `handles`, in the order of the store.
    let order: [Int]
    /// Set when the features live in several spaces.
    let spansSpaces: Bool

    /// Features of one space, in the order in which the answers are wanted.
    public init(_ handles: [FeatureHandle]) {
        self.handles = handles
        order = handles.indices.sorted { (handles[$0].number, $0) < (handles[$1].number, $1) }
        spansSpaces = handles.contains { $0.space != handles[0].space }
    }

    /// How many features.
    public var count: Int { handles.count }
}
