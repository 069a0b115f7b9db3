/// A place that data comes from, and how to reach it.
package struct Source: Hashable, Sendable {
    /// The id: `source_` and 26 characters that sort by the time of creation.
    package let id: String
    /// The organization that it belongs to.
    package let organizationID: Int64
    /// The name, unique within the organization.
    package let name: String
    /// The kind of source, such as `postgresql`. The catalog does not judge it.
    package let type: String
    /// The members of the configuration that are no secrets, as JSON.
    package let config: String
    /// The members that are, by name in order.
    package let sealedSecrets: [SealedSecret]
    /// Whether it is to be used.
    package let enabled: Bool
    /// What rows must be like, as JSON.
    package let validation: String
    /// What its runs have done.
    package let state: SourceState
    /// When it was created.
    package let created: UnixNanoseconds
    /// When it was last changed.
    package let updated: UnixNanoseconds
    /// 1 at first, and one more with each change.
    package let version: Int64
}
