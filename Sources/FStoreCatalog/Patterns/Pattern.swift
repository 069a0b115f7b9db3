/// A version of a pattern: something that the developers of an organization have learned and share.
package struct Pattern: Hashable, Sendable {
    /// Versions that an organization stores at most, of all its patterns together.
    package static let maxVersions = 100_000

    /// The name, unique within the organization.
    package let name: String
    /// From 0. Who changes a pattern gives it a higher one.
    package let version: Int64
    package let description: String
    package let category: String
    /// The user who sent this version.
    package let modifiedBy: Int64
    /// When it was stored.
    package let modified: UnixNanoseconds
}

/// A version of a pattern as a developer sends it.
package struct NewPattern: Hashable, Sendable {
    package let name: String
    package let version: Int64
    package let description: String
    package let category: String

    package init(name: String, version: Int64, description: String, category: String) {
        self.name = name
        self.version = version
        self.description = description
        self.category = category
    }

    /// Whether `pattern` says the same.
    func isSame(as pattern: Pattern) -> Bool {
        version == pattern.version && description == pattern.description && category == pattern.category
    }
}

/// What became of the patterns that a developer sent.
package struct PatternSync: Hashable, Sendable {
    /// A pattern that was not stored, since the organization has another one.
    package struct Conflict: Hashable, Sendable {
        package enum Reason: String, CaseIterable, Sendable {
            /// The organization has a newer version.
            case older = "older_version"
            /// The organization has this version with another description or category.
            case differs = "same_version_differs"
        }

        package let name: String
        package let sentVersion: Int64
        /// The newest that the organization has.
        package let storedVersion: Int64
        package let reason: Reason
    }

    /// How many the organization now has as they were sent, those it had before among them.
    package let synced: Int
    /// In the order in which they were sent.
    package let conflicts: [Conflict]
}
