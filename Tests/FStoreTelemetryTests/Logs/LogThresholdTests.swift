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
        var handler = PlainLogHandler(label: "test", level: .warning)
        #expect(handler.logLevel == .warning)
        handler.logLevel = .critical
        #expect(handler.logLevel == .critical)
    }
}
