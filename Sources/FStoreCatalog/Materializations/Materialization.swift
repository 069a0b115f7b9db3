/// What keeps one feature filled from its source.
package struct Materialization: Hashable, Sendable {
    /// The feature's UUID.
    package let featureID: String
    package let organizationID: Int64
    /// The namespace of the organization's features.
    package let space: UInt32
    /// The feature's source, as it was sent.
    package let source: String
    /// When it runs next; `nil`: when somebody asks for it.
    package let nextRun: UnixNanoseconds?
    package let isRunning: Bool
    /// When the last run ended, and when the last one that succeeded did.
    package let lastRun: UnixNanoseconds?
    package let lastSuccess: UnixNanoseconds?
    /// Rows that the last run has stored and rejected.
    package let stored: Int64
    package let rejected: Int64
    /// Runs that failed since the last one that did not.
    package let failures: Int
    /// Why the last one failed.
    package let error: String?
    /// The newest event time of all runs that succeeded.
    package let newestEvent: UnixNanoseconds?
}

/// What came of a run of a materialization.
package struct MaterializationOutcome: Hashable, Sendable {
    package let stored: Int64
    package let rejected: Int64
    /// Why it failed; `nil` when it did not.
    package let error: String?
    /// The newest event time of its rows.
    package let newestEvent: UnixNanoseconds?
    /// When to run next; `nil`: when somebody asks for it.
    package let nextRun: UnixNanoseconds?

    package init(
        stored: Int64,
        rejected: Int64,
        error: String?,
        newestEvent: UnixNanoseconds?,
        nextRun: UnixNanoseconds?
    ) {
        self.stored = stored
        self.rejected = rejected
        self.error = error
        self.newestEvent = newestEvent
        self.nextRun = nextRun
    }
}
