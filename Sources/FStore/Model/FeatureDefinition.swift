/// What the caller says about a feature.
public struct FeatureDefinition: Hashable, Sendable {
    /// Unique within the space: 1 to 255 bytes of UTF-8 without control characters, and not in the form of a UUID.
    public var name: String
    /// The namespace of a tenant; 0 for programs that need none.
    public var space: UInt32 = 0
    /// The type of its values; `nil` leaves it to the first value written.
    public var type: ValueType?
    /// How long a value is good for: past it, answers are ``Status/expired``. `nil` for ever. At least 1 ns.
    public var ttl: Duration?
    /// How much history is kept.
    public var retention: Retention = .unlimited
    /// For people, up to 4096 bytes.
    public var description: String = ""
    /// The person or team that is responsible for it, up to 255 bytes.
    public var owner: String = ""
    /// Up to 64 tags of 1 to 128 bytes each.
    public var tags: [String] = []
    /// Where its values come from, up to 16 384 bytes.
    public var source: String = ""

    /// A definition; everything but the name may be left out.
    public init(
        name: String,
        space: UInt32 = 0,
        type: ValueType? = nil,
        ttl: Duration? = nil,
        retention: Retention = .unlimited,
        description: String = "",
        owner: String = "",
        tags: [String] = [],
        source: String = ""
    ) {
        self.name = name
        self.space = space
        self.type = type
        self.ttl = ttl
        self.retention = retention
        self.description = description
        self.owner = owner
        self.tags = tags
        self.source = source
    }
}

extension FeatureDefinition {
    /// The first member in which this definition of an existing feature is not as `given`, with both texts. A type that
    /// is not given is whatever the first value has made it.
    func difference(from given: FeatureDefinition) -> (member: String, existing: String, given: String)? {
        func text(_ duration: Duration?) -> String { duration?.description ?? "none" }
        func quoted(_ text: String) -> String { "\"\(text)\"" }
        let members: [(member: String, existing: String, given: String)] = [
            ("type", type?.description ?? "none", (given.type ?? type)?.description ?? "none"),
            ("ttl", text(ttl), text(given.ttl)),
            ("retention.maxAge", text(retention.maxAge), text(given.retention.maxAge)),
            (
                "retention.maxVersions", retention.maxVersions?.description ?? "none",
                given.retention.maxVersions?.description ?? "none"
            ),
            ("retention.keepLatest", "\(retention.keepLatest)", "\(given.retention.keepLatest)"),
            ("description", quoted(description), quoted(given.description)),
            ("owner", quoted(owner), quoted(given.owner)),
            ("tags", "\(tags)", "\(given.tags)"),
            ("source", quoted(source), quoted(given.source)),
        ]
        return members.first { $0.existing != $0.given }
    }
}

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
