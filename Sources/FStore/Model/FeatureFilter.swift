/// Which features a listing shows. What is `nil` does not matter.
public struct FeatureFilter: Hashable, Sendable {
    /// The space that is listed.
    public var space: UInt32
    /// Only features that have every one of these tags.
    public var tags: [String]
    /// Only features of this owner.
    public var owner: String?
    /// Only features whose name starts with these bytes.
    public var namePrefix: String?

    /// Features of one space that meet every condition given.
    public init(space: UInt32 = 0, tags: [String] = [], owner: String? = nil, namePrefix: String? = nil) {
        self.space = space
        self.tags = tags
        self.owner = owner
        self.namePrefix = namePrefix
    }
}

/// Part of a listing of features, in the order in which they were defined.
public struct FeaturePage: Hashable, Sendable {
    /// The features of this page.
    public var features: [Feature]
    /// How many features the filter lets through, on all pages.
    public var total: Int
}
