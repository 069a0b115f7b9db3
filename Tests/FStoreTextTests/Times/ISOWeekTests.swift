import FStore
import FStoreText
import Testing

@Suite("Weeks of ISO 8601")
struct ISOWeekTests {
    /// Begins of weeks with their names, from the calendar of Python's `date.isocalendar`.
    @Test(arguments: [
        ("1969-12-29", "1970-W01"), ("1970-01-05", "1970-W02"), ("1970-12-28", "1970-W53"), ("1971-01-04", "1971-W01"),
        ("2004-12-27", "2004-W53"), ("2008-12-29", "2009-W01"), ("2015-12-28", "2015-W53"), ("2016-01-04", "2016-W01"),
        ("2020-12-28", "2020-W53"), ("2024-12-30", "2025-W01"), ("2026-11-23", "2026-W48"), ("2100-01-04", "2100-W01"),
    ])
    func `are named by the year of their Thursday`(monday: String, name: String) throws {
        let start = try Timestamp(monday)
        let days = start.nanoseconds / 86_400_000_000_000
        let week = ISOWeek(number: Int((days + 3) / 7))
        #expect(week.start == start && week.description == name)
    }
}
