package import Logging

/// What both formats write: one event, its fields put together.
package struct LogRecord {
    package var time: LogTime
    package var level: Logger.Level
    package var label: String
    package var message: String
    package var metadata: Logger.Metadata

    /// - Parameters:
    ///   - metadata: Of the logger. The provider's wins over it, the event's over both.
    init(
        _ event: LogEvent,
        time: LogTime,
        label: String,
        metadata: Logger.Metadata,
        provider: Logger.MetadataProvider?
    ) {
        var merged = metadata
        if let provider { merged.merge(provider.get()) { _, new in new } }
        if let fields = event.metadata { merged.merge(fields) { _, new in new } }
        if let error = event.error {
            merged["error.message"] = "\(error)"
            merged["error.type"] = "\(String(reflecting: type(of: error)))"
        }
        self.time = time
        self.level = event.level
        self.label = label
        message = event.message.description
        self.metadata = merged
    }
}
