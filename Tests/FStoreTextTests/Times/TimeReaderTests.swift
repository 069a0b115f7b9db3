import FStore
import FStoreText
import Testing

@Suite("Times of a column")
struct TimeReaderTests {
    static func read(_ text: String, _ unit: TimeUnit = .rfc3339) -> Timestamp? {
        let bytes = Array(text.utf8)
        return try? TimeReader(unit: unit).read(bytes.span)
    }

    static func reason(_ text: String, _ unit: TimeUnit = .rfc3339) -> String {
        let bytes = Array(text.utf8)
        do throws(Rejection) {
            return try TimeReader(unit: unit).read(bytes.span).description
        } catch {
            return error.reason
        }
    }

    @Test func `plain texts are the times that the engine reads, day after day`() throws {
        var generator = SystemRandomNumberGenerator()
        let reader = TimeReader()
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
        "2013-01-01T10:00:61Z", "1600-01-01T00:00:00Z", "2013-13-01T00:00:00Z", "today", "2013-01-01T10:00:00+1",
        "2013-01-01T10:00:00+01:", "2013-01-01T10:00:00+01:00x", "2013-01-01T", "2013-01-01T10", "2013-01-01T10:00:00.",
        "2013-01-01  10:00:00", "01/02/2013 10:00", "2013-01-01 10:00:00 CET", "2013-1-1",
        "2013-01-01T10:00:00.1234567891",
    ])
    func `what is no time is refused`(text: String) {
        #expect(Self.read(text) == nil)
    }

    /// PostgreSQL's `COPY` writes `2023-02-10 15:45:31+01`, which was refused, and so was everything that is listed here
    /// without seconds, with a short offset or with a space before it.
    @Test(arguments: [
        ("2023-02-10 15:45:31+01", "2023-02-10T14:45:31Z"), ("2023-02-10 15:41:33.895+00", "2023-02-10T15:41:33.895Z"),
        ("2013-01-01 05:00:00.123456+00", "2013-01-01T05:00:00.123456Z"),
        ("1850-01-01 00:00:00+00:34:08", "1849-12-31T23:25:52Z"),
        ("2023-02-10 15:45:31-03:30", "2023-02-10T19:15:31Z"), ("2023-02-10T15:45:31+0100", "2023-02-10T14:45:31Z"),
        ("2023-02-10T15:45+01:00", "2023-02-10T14:45:00Z"), ("2023-02-10T15:45Z", "2023-02-10T15:45:00Z"),
        ("2023-02-10 15:45", "2023-02-10T15:45:00Z"), ("2023-02-10 5:45", "2023-02-10T05:45:00Z"),
        ("2023-02-10 15:45:31 +0100", "2023-02-10T14:45:31Z"), ("2023-02-10 15:45:31 UTC", "2023-02-10T15:45:31Z"),
        ("2023-02-10 15:45:31UTC", "2023-02-10T15:45:31Z"),
        ("2023-02-10 15:45:31.500000000+00:00", "2023-02-10T15:45:31.500Z"),
        ("2023-02-10t15:45:31z", "2023-02-10T15:45:31Z"), ("2023-02-10 15:45:31,25", "2023-02-10T15:45:31.250Z"),
        ("2023-02-10", "2023-02-10T00:00:00Z"), ("2023-02-10T15:45:31.1234567890", "2023-02-10T15:45:31.123456789Z"),
        ("1677-09-21T00:12:43.145224192Z", "1677-09-21T00:12:43.145224192Z"),
    ])
    func `what databases, pandas and spreadsheets write is read`(text: String, time: String) {
        #expect(Self.reason(text) == time)
    }

    @Test func `a refusal says what is wrong and what to write`() {
        #expect(Self.reason("") == "the time is missing")
        #expect(Self.reason("1357027200").contains("a number needs a unit"))
        #expect(Self.reason("2013-13-01").contains("its month 13 is not within 1 to 12"))
        #expect(Self.reason("2013-01-01T24:00").contains("its hour 24 is not within 0 to 23"))
        #expect(Self.reason("2013-01-01T10:00:00.1234567891").contains("finer than a nanosecond"))
    }

    @Test func `the bounds of questions reach as far as anybody asks`() throws {
        #expect(try Timestamp.reading("9999-12-31", clamps: true) == .last)
        #expect(try Timestamp.reading("0001-01-01", clamps: true) == .earliest)
        #expect(throws: Rejection.self) { try Timestamp.reading("9999-12-31") }
        #expect(throws: Rejection.self) { try Timestamp.reading("soon", clamps: true) }
    }

    /// pandas writes large numbers with an exponent. They were refused as lying outside of the years that can be.
    @Test(arguments: [
        ("1357027200", TimeUnit.seconds, 1_357_027_200_000_000_000), ("-1", .seconds, -1_000_000_000),
        ("0.5", .seconds, 500_000_000), ("-0.5", .seconds, -500_000_000), ("1.000000001", .seconds, 1_000_000_001),
        ("1357027200123", .milliseconds, 1_357_027_200_123_000_000), ("7", .microseconds, 7000), ("7", .nanoseconds, 7),
        ("1.5", .milliseconds, 1_500_000), ("9223372036854775807", .nanoseconds, Int64.max), ("7.0", .nanoseconds, 7),
        ("1.7040672e+12", .milliseconds, 1_704_067_200_000_000_000),
        ("1.7040672E9", .seconds, 1_704_067_200_000_000_000),
        ("15e-1", .seconds, 1_500_000_000), ("-9223372036854775808", .nanoseconds, Int64.min),
        ("1.0000000010", .seconds, 1_000_000_001),
    ])
    func `numbers count from 1970`(text: String, unit: TimeUnit, nanoseconds: Int64) {
        #expect(Self.read(text, unit) == Timestamp(nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        ("", TimeUnit.seconds), ("x", .seconds), ("1.0000000001", .seconds), ("9999999999999", .seconds),
        ("1.5", .nanoseconds), (".", .seconds), ("1.x", .seconds), ("9223372036854775808", .nanoseconds),
        ("1e", .seconds), ("1e400", .seconds), ("1e-400", .seconds), ("nan", .seconds), ("0x10", .seconds),
    ])
    func `numbers that are no time are refused`(text: String, unit: TimeUnit) {
        #expect(Self.read(text, unit) == nil)
    }

    @Test func `milliseconds that are taken for seconds are recognized`() {
        #expect(Self.reason("1704067200000", .seconds).hasSuffix("is the unit ms?"))
        #expect(Self.reason("1.5", .nanoseconds).contains("finer than a nanosecond"))
    }
}
