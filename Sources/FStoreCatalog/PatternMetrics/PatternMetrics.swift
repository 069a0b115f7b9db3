/// What somebody reports of a pattern: that it was applied, and how much time that saved.
package struct NewPatternMetric: Hashable, Sendable {
    /// The seconds that one report may say, at most: more than 30 years.
    package static let maxSecondsSaved = 1_000_000_000.0

    /// What happened, such as `pattern_applied`. The catalog does not judge it.
    package let type: String
    /// The name of a pattern; there need not be one of that name any more.
    package let pattern: String
    /// From 0 to ``maxSecondsSaved``.
    package let secondsSaved: Double

    package init(type: String, pattern: String, secondsSaved: Double) {
        self.type = type
        self.pattern = pattern
        self.secondsSaved = secondsSaved
    }
}

/// How much time patterns have saved an organization.
package struct PatternMetricSummary: Sendable {
    /// Entries of each list, at most: those with the most time saved, or the last weeks.
    package static let maxEntries = 1000

    /// How many reports there were, and the seconds of all together.
    package struct Total: Hashable, Sendable {
        package let count: Int
        package let secondsSaved: Double
    }

    package let total: Total
    /// The most time saved first.
    package let byPattern: [(pattern: String, total: Total)]
    /// The most time saved first.
    package let byPerson: [(userID: Int64, username: String, total: Total)]
    /// The oldest first. A week is a number: 0 is the one of 1 January 1970, and each begins on Monday in UTC.
    package let byWeek: [(week: Int, total: Total)]
}
