extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC: `2025-02-20T16:02:34Z`; a fraction of 3, 6 or 9 digits only when it is not zero.
    public var description: String {
        let (seconds, fraction) = nanoseconds.flooredDivision(by: 1_000_000_000)
        let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
        let (year, month, day) = CivilDate.components(days: Int(days))
        var text = Self.padded(Int64(year), 4)
        text += "-" + Self.padded(Int64(month), 2) + "-" + Self.padded(Int64(day), 2)
        text += "T" + Self.padded(secondOfDay / 3600, 2)
        text += ":" + Self.padded(secondOfDay / 60 % 60, 2) + ":" + Self.padded(secondOfDay % 60, 2)
        if fraction != 0 {
            if fraction % 1_000_000 == 0 {
                text += "." + Self.padded(fraction / 1_000_000, 3)
            } else if fraction % 1000 == 0 {
                text += "." + Self.padded(fraction / 1000, 6)
            } else {
                text += "." + Self.padded(fraction, 9)
            }
        }
        return text + "Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Reads RFC 3339: `2025-02-20T16:02:34Z`.
    ///
    /// Also accepted: a space or `t` in place of `T`, a fraction of 1 to 9 digits, an offset such as `+02:00`,
    /// nothing in place of the offset (read as UTC), and a date alone (its midnight in UTC).
    ///
    /// - Throws: ``TimestampError`` with what is wrong and the text.
    public init(_ text: String) throws(TimestampError) {
        var reader = TimestampReader(text: text)
        self = try reader.read()
    }

    /// Reads the same forms; a moment outside of the years 1677 to 2262 becomes ``earliest`` or ``last``. For bounds of
    /// questions: nothing lies beyond them.
    ///
    /// - Throws: ``TimestampError`` when the text is not a moment.
    package init(clamping text: String) throws(TimestampError) {
        var reader = TimestampReader(text: text, clamps: true)
        self = try reader.read()
    }
}

/// Why a text is not a timestamp.
public struct TimestampError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text as it was given.
    public var text: String
    /// What is wrong with it.
    public var reason: String

    /// A sentence that names the text and what is wrong with it.
    public var description: String {
        "\"\(text.excerpt)\" is not a timestamp: \(reason); expected RFC 3339 such as 2025-02-20T16:02:34Z"
    }
}

extension Int64 {
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// Walks over the bytes of one timestamp.
private struct TimestampReader {
    let text: String
    private let bytes: [UInt8]
    private let clamps: Bool
    private var position = 0

    init(text: String, clamps: Bool = false) {
        self.text = text
        self.clamps = clamps
        bytes = Array(text.utf8)
    }

    mutating func read() throws(TimestampError) -> Timestamp {
        let year = try number(digits: 4, named: "year", in: 0...9999)
        try expect("-", "a - after the year")
        let month = try number(digits: 2, named: "month", in: 1...12)
        try expect("-", "a - after the month")
        let day = try number(digits: 2, named: "day", in: 1...CivilDate.length(ofMonth: month, year: year))
        var second = CivilDate.days(year: year, month: month, day: day) * 86_400
        var fraction = 0
        if position < bytes.count {
            guard "Tt ".utf8.contains(bytes[position]) else { throw error("after the date there is no T or space") }
            position += 1
            let hour = try number(digits: 2, named: "hour", in: 0...23)
            try expect(":", "a : after the hour")
            let minute = try number(digits: 2, named: "minute", in: 0...59)
            try expect(":", "a : after the minute")
            second += hour * 3600 + minute * 60 + (try number(digits: 2, named: "second", in: 0...59))
            fraction = try readFraction()
            second -= try readOffset()
        }
        guard position == bytes.count else { throw error("there is text after its end") }
        return try moment(second: second, fraction: fraction)
    }

    /// Scaled so that the earliest moment, whose second lies outside of the range, is reached.
    private func moment(second: Int, fraction: Int) throws(TimestampError) -> Timestamp {
        let (whole, part) = second < 0 && fraction > 0 ? (second + 1, fraction - 1_000_000_000) : (second, fraction)
        let (product, overflow) = Int64(whole).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = product.addingReportingOverflow(Int64(part))
        if overflow || carried, clamps { return second < 0 ? .earliest : .last }
        if overflow || carried { throw error("it lies outside of the years 1677 to 2262") }
        return Timestamp(nanoseconds: sum)
    }

    private mutating func readFraction() throws(TimestampError) -> Int {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return 0 }
        position += 1
        var value = 0
        var digits = 0
        while position < bytes.count, let digit = Self.digit(bytes[position]) {
            value = value * 10 + digit
            digits += 1
            position += 1
            if digits > 9 { throw error("its fraction has more than 9 digits") }
        }
        if digits == 0 { throw error("its fraction has no digits") }
        for _ in digits..<9 { value *= 10 }
        return value
    }

    private mutating func readOffset() throws(TimestampError) -> Int {
        guard position < bytes.count else { return 0 }
        let sign = bytes[position]
        position += 1
        switch sign {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            let hour = try number(digits: 2, named: "offset's hour", in: 0...23)
            try expect(":", "a : in the offset")
            let minute = try number(digits: 2, named: "offset's minute", in: 0...59)
            return (hour * 3600 + minute * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
        default: throw error("after the time there is neither Z nor an offset")
        }
    }

    private mutating func number(digits: Int, named name: String, in range: ClosedRange<Int>) throws(TimestampError)
        -> Int
    {
        var value = 0
        for _ in 0..<digits {
            guard position < bytes.count, let digit = Self.digit(bytes[position]) else {
                throw error("its \(name) does not have \(digits) digits")
            }
            value = value * 10 + digit
            position += 1
        }
        guard range.contains(value) else {
            throw error("its \(name) \(value) is not within \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private mutating func expect(_ character: Unicode.Scalar, _ what: String) throws(TimestampError) {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else {
            throw error("it lacks \(what)")
        }
        position += 1
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte) - 48 : nil
    }

    private func error(_ reason: String) -> TimestampError {
        TimestampError(text: text, reason: reason)
    }
}

/// Days, months and years of the proleptic Gregorian calendar, counted in days since 1970-01-01.
///
/// The year is taken to begin in March, so that the leap day is its last: then both directions are plain arithmetic.
package enum CivilDate {
    private static let daysPerEra = 146_097

    package static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * daysPerEra + dayOfEra - 719_468
    }

    package static func components(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - (daysPerEra - 1)) / daysPerEra
        let dayOfEra = shifted - era * daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    package static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}
