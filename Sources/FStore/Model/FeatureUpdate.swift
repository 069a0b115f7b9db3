/// A change to a feature: what is `nil` stays as it is. Name, space and type cannot change.
public struct FeatureUpdate: Hashable, Sendable {
    /// A new description.
    public var description: String?
    /// A new owner.
    public var owner: String?
    /// New tags, in place of all the old ones.
    public var tags: [String]?
    /// A new source.
    public var source: String?
    /// A new time to live; `.some(nil)` removes it.
    public var ttl: Duration??
    /// A new retention.
    public var retention: Retention?

    /// A change of the fields given.
    public init(
        description: String? = nil,
        owner: String? = nil,
        tags: [String]? = nil,
        source: String? = nil,
        ttl: Duration?? = nil,
        retention: Retention? = nil
    ) {
        self.description = description
        self.owner = owner
        self.tags = tags
        self.source = source
        self.ttl = ttl
        self.retention = retention
    }
}
