package import FStore

/// Reads times as people and programs write them: RFC 3339, what PostgreSQL's `COPY`, pandas and spreadsheets in their
/// ISO form write, or numbers counted from 1970.
///
/// A date, then `T` or a space, hour and minute, seconds with up to nine digits of fraction or none, then `Z`, `UTC`,
/// an offset (`+01`, `+0100`, `+01:00`) or nothing. A time without an offset is one of the reader's zone, of UTC by
/// default.
package final class TimeReader {
    package let unit: TimeUnit
    private let zone: TimeZoneRules?
    // Rows of one day follow each other more often than not, so the last day is kept.
    private var day: [UInt8] = []
    private var midnight: Int64 = 0

    /// - Parameter zone: where times without an offset were read off a clock; `nil` is UTC.
    package init(unit: TimeUnit = .rfc3339, zone: TimeZoneRules? = nil) {
        self.unit = unit
        self.zone = zone
    }

    /// - Parameter clamps: whether a moment outside of the years 1677 to 2262 becomes the first or the last one. For
    ///   bounds of questions: nothing lies beyond them.
    /// - Throws: ``Rejection`` with what is wrong.
    package func read(_ text: Span<UInt8>, clamps: Bool = false) throws(Rejection) -> Timestamp {
        if text.isEmpty { throw Rejection("the time is missing") }
        if unit != .rfc3339 { return try readNumber(text) }
        var position = 0
        var second = try readDay(text, &position)
        var fraction: Int64 = 0
        var offset: Int64?
        if position < text.count {
            guard text[position] | 0x20 == UInt8(ascii: "t") || text[position] == UInt8(ascii: " ") else {
                throw error(text, "after its date there is no T or space")
            }
            position += 1
            second += try readClock(text, &position)
            fraction = try readFraction(text, &position)
            offset = try readOffset(text, &position)
        }
        guard position == text.count else { throw error(text, "there is text after its end") }
        if let offset {
            second -= offset
        } else if let zone {
            second = try zone.second(ofLocal: second, text: shown(text))
        }
        let nanoseconds = Int128(second) * 1_000_000_000 + Int128(fraction)
        if let exact = Int64(exactly: nanoseconds) { return Timestamp(nanoseconds: exact) }
        if clamps { return nanoseconds < 0 ? .earliest : .last }
        throw error(text, "it lies outside of the years 1677 to 2262")
    }

    // MARK: Parts of a text

    /// The seconds from 1970 to the date's midnight, as if it were one of UTC.
    private func readDay(_ text: Span<UInt8>, _ position: inout Int) throws(Rejection) -> Int64 {
        if !isKnownDay(text) {
            var end = 0
            guard let year = Self.number(text, &end, digits: 4), text.count > end, text[end] == UInt8(ascii: "-") else {
                let isNumber = NumberText.double(text) != nil
                throw error(
                    text,
                    isNumber
                        ? "it is a number, and a number needs a unit: s, ms, us or ns since 1970"
                        : "it does not begin with a year of four digits and a -"
                )
            }
            end += 1
            let month = try part(text, &end, "month", 1...12)
            guard text.count > end, text[end] == UInt8(ascii: "-") else {
                throw error(text, "it lacks a - after the month")
            }
            end += 1
            let date = try part(text, &end, "day", 1...CivilDate.length(ofMonth: month, year: year))
            midnight = Int64(CivilDate.days(year: year, month: month, day: date)) * 86_400
            day.removeAll(keepingCapacity: true)
            for index in 0..<end { day.append(text[index]) }
        }
        position = 10
        return midnight
    }

    private func isKnownDay(_ text: Span<UInt8>) -> Bool {
        guard day.count == 10, text.count >= 10 else { return false }
        for index in 0..<10 where day[index] != text[index] { return false }
        return true
    }

    /// The seconds since midnight. A spreadsheet leaves the hour's first zero and the seconds out.
    private func readClock(_ text: Span<UInt8>, _ position: inout Int) throws(Rejection) -> Int64 {
        let isShort = position + 1 < text.count && text[position + 1] == UInt8(ascii: ":")
        let hour = try part(text, &position, "hour", 0...23, digits: isShort ? 1 : 2)
        guard position < text.count, text[position] == UInt8(ascii: ":") else {
            throw error(text, "it lacks a : after the hour")
        }
        position += 1
        let minute = try part(text, &position, "minute", 0...59)
        var second = 0
        if position < text.count, text[position] == UInt8(ascii: ":") {
            position += 1
            second = try part(text, &position, "second", 0...59)
        }
        return Int64(hour * 3600 + minute * 60 + second)
    }

    /// Nanoseconds behind the point.
    private func readFraction(_ text: Span<UInt8>, _ position: inout Int) throws(Rejection) -> Int64 {
        guard position < text.count, text[position] == UInt8(ascii: ".") || text[position] == UInt8(ascii: ",") else {
            return 0
        }
        position += 1
        let begin = position
        var value: Int64 = 0
        var place: Int64 = 100_000_000
        while position < text.count, text[position] &- 48 < 10 {
            let digit = Int64(text[position] &- 48)
            if place == 0, digit != 0 { throw error(text, "it is finer than a nanosecond") }
            value += digit * place
            place /= 10
            position += 1
        }
        if position == begin { throw error(text, "its fraction has no digits") }
        return value
    }

    /// Seconds east of Greenwich; `nil` where nothing is said. PostgreSQL writes `+01` and, for years before the zones,
    /// `+00:34:08`; `strftime` writes `+0100`; others put a space before it.
    private func readOffset(_ text: Span<UInt8>, _ position: inout Int) throws(Rejection) -> Int64? {
        if position + 1 < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
        guard position < text.count else { return nil }
        switch text[position] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            position += 1
            return 0
        case UInt8(ascii: "U") where Self.isWord("UTC", text, position),
            UInt8(ascii: "G") where Self.isWord("GMT", text, position):
            position += 3
            return 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            let sign: Int64 = text[position] == UInt8(ascii: "-") ? -1 : 1
            position += 1
            var offset = try part(text, &position, "offset's hour", 0...23) * 3600
            if position < text.count {
                if text[position] == UInt8(ascii: ":") { position += 1 }
                offset += try part(text, &position, "offset's minute", 0...59) * 60
            }
            if position < text.count, text[position] == UInt8(ascii: ":") {
                position += 1
                offset += try part(text, &position, "offset's second", 0...59)
            }
            return sign * Int64(offset)
        default: throw error(text, "after its time of day there is neither Z nor an offset")
        }
    }

    private func part(
        _ text: Span<UInt8>,
        _ position: inout Int,
        _ name: String,
        _ range: ClosedRange<Int>,
        digits: Int = 2
    ) throws(Rejection) -> Int {
        guard let value = Self.number(text, &position, digits: digits) else {
            throw error(text, "its \(name) does not have \(digits) digits")
        }
        guard range.contains(value) else {
            throw error(text, "its \(name) \(value) is not within \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func number(_ text: Span<UInt8>, _ position: inout Int, digits: Int) -> Int? {
        guard position + digits <= text.count else { return nil }
        var value = 0
        for index in position..<(position + digits) {
            let digit = text[index] &- 48
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        position += digits
        return value
    }

    private static func isWord(_ word: StaticString, _ text: Span<UInt8>, _ position: Int) -> Bool {
        guard text.count - position >= word.utf8CodeUnitCount else { return false }
        return "\(word)".utf8.enumerated().allSatisfy { text[position + $0] == $1 }
    }

    // MARK: Numbers

    /// A number of units since 1970; digits behind the point are kept down to the nanosecond.
    private func readNumber(_ text: Span<UInt8>) throws(Rejection) -> Timestamp {
        guard let number = DecimalNumber(text) else {
            throw Rejection("\"\(shown(text))\" is not a number of \(unit.plural) since 1970")
        }
        switch number.whole(timesTenToThe: unit.decimals) {
        case .integer(let nanoseconds): return Timestamp(nanoseconds: nanoseconds)
        case .fraction: throw Rejection("the time \"\(shown(text))\" is finer than a nanosecond")
        case .outOfRange:
            // A number of milliseconds that is taken for seconds is the usual mistake.
            let finer = TimeUnit.allCases.filter { $0 != .rfc3339 }
                .first { other in
                    if case .integer = number.whole(timesTenToThe: other.decimals) { return true }
                    return false
                }
            let hint = finer.map { "; is the unit \($0.rawValue)?" } ?? ""
            let reason = "as a number of \(unit.plural) since 1970 lies outside of the years 1677 to 2262"
            throw Rejection("the time \"\(shown(text))\" \(reason)\(hint)")
        }
    }

    private func shown(_ text: Span<UInt8>) -> String {
        (NumberText.text(text) ?? "?").excerpt
    }

    private func error(_ text: Span<UInt8>, _ reason: String) -> Rejection {
        Rejection("\"\(shown(text))\" is not a time: \(reason); write it as 2025-02-20T16:02:34Z")
    }
}

extension Timestamp {
    /// Reads every form that ``TimeReader`` reads, times without an offset as UTC.
    package static func reading(_ text: String, clamps: Bool = false) throws(Rejection) -> Timestamp {
        try TimeReader().read(text.utf8Span.span, clamps: clamps)
    }
}
