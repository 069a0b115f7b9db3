public import FStore
public import Foundation

/// Seconds from 1970 to 2001, where `Date` counts from.
private let referenceSeconds: Int64 = 978_307_200

extension Timestamp {
    /// The moment of a date, held at ``FStore/Timestamp/earliest`` (1677) and ``FStore/Timestamp/last`` (2262), as
    /// ``FStore/Timestamp/advanced(by:)`` does. Not a number becomes the earliest.
    ///
    /// A date of this century is exact to a tenth of a microsecond; the moment is its nearest nanosecond.
    public init(_ date: Date) {
        self = Timestamp(exactly: date) ?? (date.timeIntervalSinceReferenceDate > 0 ? .last : .earliest)
    }

    /// The moment of a date; `nil` outside of the years 1677 to 2262.
    public init?(exactly date: Date) {
        // The fraction alone, so that no digit of it is lost behind the seconds.
        let whole = date.timeIntervalSinceReferenceDate.rounded(.down)
        let fraction = date.timeIntervalSinceReferenceDate - whole
        guard let seconds = Int64(exactly: whole) else { return nil }
        let (sinceUnix, isFar) = seconds.addingReportingOverflow(referenceSeconds)
        if isFar { return nil }
        // Second by second the earliest moment does not fit, though it does with its fraction.
        let nanoseconds = Int128(sinceUnix) * 1_000_000_000 + Int128((fraction * 1e9).rounded())
        guard let fitting = Int64(exactly: nanoseconds) else { return nil }
        self.init(nanoseconds: fitting)
    }
}

extension Date {
    /// The date of a moment, to the tenth of a microsecond that a date of this century can express.
    public init(_ moment: Timestamp) {
        let (seconds, nanoseconds) = moment.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(timeIntervalSinceReferenceDate: Double(seconds - referenceSeconds) + Double(nanoseconds) / 1e9)
    }
}
