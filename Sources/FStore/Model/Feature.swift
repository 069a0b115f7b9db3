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
