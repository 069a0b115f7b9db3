package import Logging

/// Writes each log event as one line.
package struct LineLogHandler: LogHandler {
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
    private let format: LogFormat
    private let output: LogOutput
    private let ring: LogRing?
    private let file: LogFile?
    private let clock: @Sendable () -> LogTime

    /// - Parameters:
    ///   - label: The name of the logger.
    ///   - threshold: The level of all loggers, which may change.
    ///   - ring: Keeps the newest lines in memory.
    ///   - file: Takes all lines besides, as JSON.
    package init(
        label: String,
        format: LogFormat,
        threshold: LogThreshold = LogThreshold(.info),
        output: LogOutput = .standardError,
        ring: LogRing? = nil,
        file: LogFile? = nil,
        metadataProvider: Logger.MetadataProvider? = nil,
        clock: @escaping @Sendable () -> LogTime = LogTime.now
    ) {
        self.label = label
        self.format = format
        self.threshold = threshold
        self.output = output
        self.ring = ring
        self.file = file
        self.metadataProvider = metadataProvider
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let record = LogRecord(event, time: clock(), label: label, metadata: metadata, provider: metadataProvider)
        ring?.add(record)
        let json = format == .json || file != nil ? record.jsonLine : []
        file?.write(json)
        output.write(format == .json ? json : record.plainLine)
    }
}
