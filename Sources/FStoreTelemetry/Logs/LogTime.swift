internal import Glibc

/// A moment of a log line: milliseconds since 1970 UTC.
package struct LogTime: Sendable, Equatable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The moment that the system's clock shows.
    package static func now() -> LogTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// RFC 3339 with milliseconds, as in `2026-11-21T12:02:10.250Z`. Years that it cannot write are clamped.
    package var text: String {
        let clamped = min(max(milliseconds, Self.first), Self.last)
        let days = Int(clamped >= 0 ? clamped / Self.day : (clamped - Self.day + 1) / Self.day)
        let ofDay = Int(clamped) - days * Int(Self.day)
        let (year, month, day) = Self.date(days: days)
        let (seconds, fraction) = ofDay.quotientAndRemainder(dividingBy: 1000)
        let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        let clock = "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))"
        return "\(date)T\(clock).\(Self.padded(fraction, 3))Z"
    }

    private static let day: Int64 = 86_400_000
    private static let first: Int64 = -62_167_219_200_000
    private static let last: Int64 = 253_402_300_799_999

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The Gregorian date that lies `days` after 1970-01-01.
    ///
    /// Counted from 1 March of the year 0, a year ends with its leap day, and 400 years have always 146 097 days.
    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let fromMarch = days + 719_468
        let cycle = (fromMarch >= 0 ? fromMarch : fromMarch - 146_096) / 146_097
        let dayOfCycle = fromMarch - cycle * 146_097
        let leapDays = dayOfCycle / 1460 - dayOfCycle / 36_524 + dayOfCycle / 146_096
        let yearOfCycle = (dayOfCycle - leapDays) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        // Five months from March on have always 153 days.
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let isNextYear = month >= 10
        return (cycle * 400 + yearOfCycle + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3, day)
    }
}
