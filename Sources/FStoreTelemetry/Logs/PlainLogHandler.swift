package import Logging

/// Writes log events as one line of `key=value` fields for people.
package struct PlainLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level {
        get { ownLevel ?? threshold.level }
        set { ownLevel = newValue }
    }
    /// What one logger was told, instead of the level of all.
    private var ownLevel: Logger.Level?
    private let threshold: LogThreshold
    private let label: String
    private let output: LogOutput
    private let clock: @Sendable () -> LogTime

    /// - Parameter label: The name of the logger.
    package init(
        label: String,
        level: Logger.Level = .info,
        output: LogOutput = .standardError,
        metadataProvider: Logger.MetadataProvider? = nil,
        clock: @escaping @Sendable () -> LogTime = LogTime.now
    ) {
        self.init(
            label: label,
            threshold: LogThreshold(level),
            output: output,
            metadataProvider: metadataProvider,
            clock: clock
        )
    }

    /// - Parameters:
    ///   - label: The name of the logger.
    ///   - threshold: The level of all loggers, which may change.
    init(
        label: String,
        threshold: LogThreshold,
        output: LogOutput,
        metadataProvider: Logger.MetadataProvider?,
        clock: @escaping @Sendable () -> LogTime = LogTime.now
    ) {
        self.label = label
        self.threshold = threshold
        self.output = output
        self.metadataProvider = metadataProvider
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let record = LogRecord(event, time: clock(), label: label, metadata: metadata, provider: metadataProvider)
        output.write(record.plainLine)
    }
}
