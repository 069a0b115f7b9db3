import FStoreText
import Testing

@Suite("Durations as text")
struct DurationTextTests {
    @Test(arguments: [
        ("90s", 90_000_000_000), ("15m", 900_000_000_000), ("12h", 43_200_000_000_000), ("30d", 2_592_000_000_000_000),
        ("500ms", 500_000_000), ("1h30m", 5_400_000_000_000), ("7us", 7000), ("3ns", 3), ("2w", 1_209_600_000_000_000),
        ("0s", 0),
    ])
    func `durations are read`(text: String, nanoseconds: Int64) {
        #expect(DurationText.duration(text) == .nanoseconds(nanoseconds))
    }

    @Test(arguments: [
        "", "s", "90", "-1s", "1x", "1.5h", " 1s", "1s ", "1 s", "999999999999w", "9223372036854775807s", "１s",
    ])
    func `what is no duration is refused`(text: String) {
        #expect(DurationText.duration(text) == nil)
    }

    @Test(arguments: [0, 1, 999, 1000, 90_000_000_000, 5_400_000_000_001, 86_400_000_000_000, Int64.max])
    func `a duration is shown as it is read`(nanoseconds: Int64) {
        #expect(DurationText.duration(DurationText.text(.nanoseconds(nanoseconds))) == .nanoseconds(nanoseconds))
    }
}
