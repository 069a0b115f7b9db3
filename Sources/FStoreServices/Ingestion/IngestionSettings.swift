package import FStoreConnectors

/// What an operator sets about ingestion.
package struct IngestionSettings: Sendable {
    /// The directory that sources of type `file` may read; `nil`: none may.
    package var root: IngestRoot?
    /// Hosts and addresses that every organization may reach. The first one, which is the operator's, reaches all.
    package var egress = EgressRule.Allowed.nothing
    /// How many runs go on at a time.
    package var maxWorkers = 4
    /// Rows in one commit, where a job does not say.
    package var batchRows = 10_000

    package init() {}
}
