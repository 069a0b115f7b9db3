import FStore
import FStoreTestSupport
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2025-02-20T16:02:34Z", 1_740_067_354_000_000_000),
            ("1969-12-31T23:59:59.999999999Z", -1), ("2000-02-29T12:00:00.5Z", 951_825_600_500_000_000),
            ("2013-01-01T05:00:00+02:00", 1_357_009_200_000_000_000),
            ("2013-01-01t05:00:00-05:30", 1_357_036_200_000_000_000),
            ("2013-01-01 05:00:00", 1_357_016_400_000_000_000), ("2013-01-01", 1_356_998_400_000_000_000),
            ("1677-09-21T00:12:43.145224192Z", Int64.min), ("2262-04-11T23:47:16.854775807Z", Int64.max),
        ] as [(String, Int64)]
    )
    func `are read`(text: String, nanoseconds: Int64) throws {
        #expect(try Timestamp(text).nanoseconds == nanoseconds)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_740_067_354_000_000_000, "2025-02-20T16:02:34Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"), (1_500_000, "1970-01-01T00:00:00.001500Z"),
            (120_000_000, "1970-01-01T00:00:00.120Z"), (Int64.min, "1677-09-21T00:12:43.145224192Z"),
            (Int64.max, "2262-04-11T23:47:16.854775807Z"),
        ] as [(Int64, String)]
    )
    func `are written`(nanoseconds: Int64, text: String) {
        #expect(moment(nanoseconds).description == text)
    }

    @Test(arguments: [
        ("", "year"), ("now", "year"), ("2013", "-"), ("2013-13-01", "month 13"), ("2013-02-29", "day 29"),
        ("1900-02-29", "day 29"), ("2013-01-01X", "after the date"), ("2013-01-01T24:00:00Z", "hour 24"),
        ("2013-01-01T00:60:00Z", "minute 60"), ("2013-01-01T00:00:60Z", "second 60"),
        ("2013-01-01T00:00:00.Z", "no digits"),
        ("2013-01-01T00:00:00.0000000001Z", "more than 9"), ("2013-01-01T00:00:00+25:00", "hour 25"),
        ("2013-01-01T00:00:00ZZ", "after its end"), ("2013-01-01T00:00Z", ":"),
        ("1677-09-21T00:12:43.145224191Z", "1677"),
        ("2262-04-11T23:47:16.854775808Z", "2262"), ("0000-01-01", "1677"), ("9999-12-31", "1677"),
    ])
    func `that are none are refused with the reason`(text: String, reason: String) {
        #expect { try Timestamp(text) } throws: { error in
            "\(error)".contains(reason) && "\(error)".contains("\"\(text)\"")
        }
    }

    @Test func `come back from their text, whatever they are`() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let shift = Int.random(in: 0..<64, using: &random)
            let time = moment(Int64(bitPattern: random.next()) >> Int64(shift))
            #expect(try Timestamp(time.description) == time)
        }
    }

    @Test func `stay within their range when they are moved`() {
        #expect(moment(5).advanced(by: .nanoseconds(-7)) == moment(-2))
        #expect(Timestamp.last.advanced(by: .nanoseconds(1)) == .last)
        #expect(Timestamp.earliest.advanced(by: .seconds(-1)) == .earliest)
        #expect(moment(-1).advanced(by: .seconds(1_000_000_000_000)) == .last)
        #expect(Timestamp(seconds: 9_223_372_036) != nil)
        #expect(Timestamp(seconds: 9_223_372_037) == nil)
    }
}
