package import Logging

/// What a program calls once, before anything else.
package enum Telemetry {
    /// Sends the lines of all loggers of this process to `output`.
    ///
    /// Once in a process: a second call is a programmer's error and stops the program. Loggers that were made before
    /// keep their old place.
    ///
    /// - Returns: the level of all loggers, to change it later.
    @discardableResult
    package static func startLogging(
        format: LogFormat,
        level: Logger.Level = .info,
        output: LogOutput = .standardError,
        ring: LogRing? = nil,
        file: LogFile? = nil
    ) -> LogThreshold {
        let threshold = LogThreshold(level)
        LoggingSystem.bootstrap(
            { label, provider in
                LineLogHandler(
                    label: label,
                    format: format,
                    threshold: threshold,
                    output: output,
                    ring: ring,
                    file: file,
                    metadataProvider: provider
                )
            },
            metadataProvider: nil
        )
        return threshold
    }
}
