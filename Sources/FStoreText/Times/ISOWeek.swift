package import FStore

/// A week of ISO 8601 in UTC: it begins on Monday, and belongs to the year of its Thursday.
package struct ISOWeek: Hashable, Sendable {
    private static let nanosecondsOfDay: Int64 = 86_400_000_000_000

    /// 0 is the week of 1 January 1970, which was a Thursday.
    private let number: Int

    /// - Parameter number: weeks after that of 1 January 1970, within the years that a ``Timestamp`` has.
    package init(number: Int) {
        self.number = number
    }

    /// The midnight with which it begins.
    package var start: Timestamp { Timestamp(nanoseconds: (7 * Int64(number) - 3) * Self.nanosecondsOfDay) }
}

extension ISOWeek: CustomStringConvertible {
    /// The year and the number of the week in it: `2026-W48`.
    package var description: String {
        let thursday = Timestamp(nanoseconds: 7 * Int64(number) * Self.nanosecondsOfDay)
        let year = thursday.description.prefix(4)
        guard let newYear = try? Timestamp("\(year)-01-01") else { return "\(year)" }
        let week = (thursday.nanoseconds - newYear.nanoseconds) / (7 * Self.nanosecondsOfDay) + 1
        return "\(year)-W" + (week < 10 ? "0" : "") + String(week)
    }
}
