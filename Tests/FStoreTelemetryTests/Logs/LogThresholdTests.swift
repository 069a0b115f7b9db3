import FStoreTelemetry
import Logging
import Testing

@Suite("The level of all loggers")
struct LogThresholdTests {
    @Test(arguments: Logger.Level.allCases)
    func `takes every level`(level: Logger.Level) {
        let threshold = LogThreshold(.info)
        threshold.level = level
        #expect(threshold.level == level)
        #expect(LogThreshold(level).level == level)
    }

    @Test func `a logger that was told its own keeps it`() {
        let threshold = LogThreshold(.warning)
        var handler = LineLogHandler(label: "test", format: .plain, threshold: threshold)
        #expect(handler.logLevel == .warning)
        threshold.level = .error
        #expect(handler.logLevel == .error)
        handler.logLevel = .critical
        threshold.level = .debug
        #expect(handler.logLevel == .critical)
    }
}
