/// What a ``ChangeFeed`` tells of: one thing that a commit has changed.
@nonexhaustive
public enum Change: Hashable, Sendable {
    /// A value was written, corrected or deleted.
    case value(ValueChange)
    /// A feature was defined.
    case defined(Feature)
    /// A feature's definition changed. The first value of a feature without a type does this too, and is told of next.
    case updated(Feature)
    /// A feature was deleted, with all its values.
    case deleted(Feature)
    /// All values of a feature were erased. It has a new ``Feature/handle``; the old one is no longer known.
    case valuesErased(Feature)
    /// An entity was erased, in all features of a space. Values that were written while that went on are still there.
    case entityErased(EntityID, space: UInt32)
    /// Some changes are not told of: those of the commits after this one, up to the commit of the next change that is.
    /// `nil` when no commit before them is known. Read again whatever you keep of the store.
    case gap(after: Timestamp?)
}

/// A cell that was written. What the value is, a read tells: ``FeatureStore/value(of:for:at:)``.
public struct ValueChange: Hashable, Sendable {
    /// The feature.
    public var feature: FeatureHandle
    /// The identity of the feature, which stays when its values are erased.
    public var featureID: FeatureID
    /// The entity.
    public var entity: EntityID
    /// The event time of the cell: not always later than that of other cells, since a value may come late.
    public var eventTime: Timestamp
    /// The commit that wrote it.
    public var commitTime: Timestamp
    /// Whether the value of this event time was deleted.
    public var isDeletion: Bool
}

/// Which changes a ``ChangeFeed`` tells of. What is `nil` does not matter.
public struct ChangeFilter: Hashable, Sendable {
    /// Only features and entities of this space.
    public var space: UInt32?
    /// Only these features. Erased entities are told of whatever stands here, because they may have had values of any.
    public var features: Set<FeatureID>?

    /// Changes that meet every condition given.
    public init(space: UInt32? = nil, features: Set<FeatureID>? = nil) {
        self.space = space
        self.features = features
    }

    func admits(_ feature: FeatureID, space: UInt32) -> Bool {
        if let wanted = self.space, wanted != space { return false }
        return features?.contains(feature) ?? true
    }

    func admits(_ change: Change) -> Bool {
        switch change {
        case .value(let value): admits(value.featureID, space: value.feature.space)
        case .defined(let feature), .updated(let feature), .deleted(let feature), .valuesErased(let feature):
            admits(feature.id, space: feature.handle.space)
        case .entityErased(_, let space): self.space.map { $0 == space } ?? true
        case .gap: true
        }
    }
}
