import FStore
import Testing

@testable import FStoreCommand

@Suite("Times of a column")
struct TimeReaderTests {
    static func read(_ text: String, _ unit: TimeUnit) -> Timestamp? {
        let bytes = Array(text.utf8)
        return try? TimeReader(unit: unit).read(bytes.span)
    }

    @Test func `plain texts are the times that the engine reads, day after day`() throws {
        var generator = SystemRandomNumberGenerator()
        let reader = TimeReader(unit: .rfc3339)
        for _ in 0..<5000 {
            let second = Int64.random(in: -9_000_000_000...9_000_000_000, using: &generator)
            let time = try #require(Timestamp(seconds: second))
            for text in [time.description, time.advanced(by: .seconds(1)).description] {
                let bytes = Array(text.utf8)
                #expect(try reader.read(bytes.span) == Timestamp(text))
            }
        }
    }

    @Test(arguments: [
        "2013-02-29T00:00:00Z", "2013-01-01T24:00:00Z", "2013-01-01T10:60:00Z", "2013-01-01T1a:00:00Z", "",
        "2013-01-01T10:00:61Z", "1600-01-01T00:00:00Z", "2013-13-01T00:00:00Z", "today",
    ])
    func `what is no time is refused`(text: String) {
        #expect(Self.read(text, .rfc3339) == nil)
    }

    @Test(arguments: [
        ("1357027200", TimeUnit.seconds, 1_357_027_200_000_000_000), ("-1", .seconds, -1_000_000_000),
        ("0.5", .seconds, 500_000_000), ("-0.5", .seconds, -500_000_000), ("1.000000001", .seconds, 1_000_000_001),
        ("1357027200123", .milliseconds, 1_357_027_200_123_000_000), ("7", .microseconds, 7000), ("7", .nanoseconds, 7),
        ("1.5", .milliseconds, 1_500_000), ("9223372036854775807", .nanoseconds, Int64.max), ("7.0", .nanoseconds, 7),
    ])
    func `numbers count from 1970`(text: String, unit: TimeUnit, nanoseconds: Int64) {
        #expect(Self.read(text, unit) == Timestamp(nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        ("", TimeUnit.seconds), ("x", .seconds), ("1.0000000001", .seconds), ("9999999999999", .seconds),
        ("1.5", .nanoseconds), (".", .seconds), ("1.x", .seconds), ("9223372036854775808", .nanoseconds),
    ])
    func `numbers that are no time are refused`(text: String, unit: TimeUnit) {
        #expect(Self.read(text, unit) == nil)
    }
}
