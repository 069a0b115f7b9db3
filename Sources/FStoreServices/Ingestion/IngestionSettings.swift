package import FStoreConnectors

/// What an operator sets about ingestion.
package struct IngestionSettings: Sendable {
    /// The directory that sources of type `file` may read; `nil`: none may.
    package var root: IngestRoot?
    /// How many runs go on at a time.
    package var maxWorkers = 4
    /// Rows in one commit, where a job does not say.
    package var batchRows = 10_000

    package init() {}
}
