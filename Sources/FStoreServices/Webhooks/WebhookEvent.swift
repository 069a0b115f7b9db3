/// What webhooks are told of.
package enum WebhookEvent: String, CaseIterable, Sendable {
    /// A job has ended, and all its sources were read.
    case ingestionCompleted = "ingestion.completed"
    /// A job has ended, and a source of it could not be read.
    case ingestionFailed = "ingestion.failed"
    /// A source could not be read, for the first time since it last could.
    case sourceFailing = "source.failing"
    /// A source has brought rows, or a feature's query has.
    case featureUpdated = "feature.updated"
}
