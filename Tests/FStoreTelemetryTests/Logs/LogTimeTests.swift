import FStoreTelemetry
import FStoreTestSupport
import Foundation
import Testing

@Suite("Log time")
struct LogTimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_795_262_530_250, "2026-11-21T12:02:10.250Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (Int64.max, "9999-12-31T23:59:59.999Z"), (Int64.min, "0000-01-01T00:00:00.000Z"),
    ])
    func `known moments`(milliseconds: Int64, text: String) {
        #expect(LogTime(milliseconds: milliseconds).text == text)
    }

    @Test func `the calendar is the one of Foundation`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<5000 {
            // 1600 to 9999: before, Foundation may count in the Julian calendar.
            let milliseconds = Int64.random(in: -11_676_096_000_000...253_402_300_799_999, using: &random)
            let seconds = milliseconds / 1000 * 1000
            let date = Date(timeIntervalSince1970: Double(seconds / 1000))
            #expect(LogTime(milliseconds: seconds).text == style.format(date), "seed \(seed)")
        }
    }

    @Test func `now is now`() {
        #expect(abs(Double(LogTime.now().milliseconds) / 1000 - Date().timeIntervalSince1970) < 5)
    }
}
