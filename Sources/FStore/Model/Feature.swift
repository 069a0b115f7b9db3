/// A feature as the store knows it.
public struct Feature: Hashable, Sendable {
    /// Its public identity.
    public let id: FeatureID
    /// What lookups and writes need of it.
    public let handle: FeatureHandle
    /// What its owner said about it. The type is filled in by the first value if it was left out.
    public internal(set) var definition: FeatureDefinition
    /// When it was defined.
    public let created: Timestamp
    /// When its definition last changed.
    public internal(set) var updated: Timestamp

    /// Unique within the space.
    public var name: String { definition.name }
    /// The type of its values, or `nil` before the first one.
    public var type: ValueType? { definition.type }
}

/// What a lookup needs to know of a feature: two integers, cheap to keep and to pass.
///
/// Taken from ``Feature/handle``. Stays valid until the feature is deleted or erased; after that, using it is an
/// error that says so.
public struct FeatureHandle: Hashable, Sendable {
    /// The namespace that the feature lives in.
    public let space: UInt32
    /// The feature's number within the store: assigned once, never used again.
    let number: UInt32
}
