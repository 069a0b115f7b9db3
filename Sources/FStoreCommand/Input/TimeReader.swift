internal import FStore
internal import FStoreText

/// Reads the times of a column. Rows of one day follow each other more often than not, so the last day is kept.
final class TimeReader {
    let unit: TimeUnit
    private var day: [UInt8] = []
    private var midnight = Timestamp(nanoseconds: 0)

    init(unit: TimeUnit) {
        self.unit = unit
    }

    /// - Throws: ``Rejection`` with what is wrong.
    func read(_ text: Span<UInt8>) throws(Rejection) -> Timestamp {
        if unit != .rfc3339 { return try readNumber(text) }
        if let time = readPlain(text) { return time }
        do throws(TimestampError) {
            return try Timestamp(NumberText.text(text) ?? "")
        } catch {
            throw Rejection(error.description)
        }
    }

    /// The form `2013-01-01T10:00:00Z`; `nil` for any other.
    private func readPlain(_ text: Span<UInt8>) -> Timestamp? {
        guard text.count == 20, text[10] == UInt8(ascii: "T"), text[19] == UInt8(ascii: "Z"),
            text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let hour = Self.pair(text, 11), let minute = Self.pair(text, 14), let second = Self.pair(text, 17),
            hour < 24, minute < 60, second < 60
        else { return nil }
        if !isKnownDay(text) {
            guard let date = NumberText.text(text.extracting(0..<10)), let found = try? Timestamp(date) else {
                return nil
            }
            midnight = found
            day = Array(date.utf8)
        }
        return midnight.advanced(by: .seconds(hour * 3600 + minute * 60 + second))
    }

    private func isKnownDay(_ text: Span<UInt8>) -> Bool {
        guard day.count == 10 else { return false }
        for index in 0..<10 where day[index] != text[index] { return false }
        return true
    }

    private static func pair(_ text: Span<UInt8>, _ index: Int) -> Int? {
        let (high, low) = (text[index] &- 48, text[index + 1] &- 48)
        return high < 10 && low < 10 ? Int(high) * 10 + Int(low) : nil
    }

    /// A number of units since 1970; digits behind the point are kept down to the nanosecond.
    private func readNumber(_ text: Span<UInt8>) throws(Rejection) -> Timestamp {
        var whole = text
        var fraction: Int64 = 0
        for index in text.indices where text[index] == UInt8(ascii: ".") {
            whole = text.extracting(0..<index)
            fraction = try readFraction(text.extracting((index + 1)..<text.count), text)
            break
        }
        guard let count = NumberText.integer(whole) else { throw error(text, "is not a number of \(unit.rawValue)") }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
        let signed = text[0] == UInt8(ascii: "-") ? -fraction : fraction
        let (sum, carried) = product.addingReportingOverflow(signed)
        if overflow || carried { throw error(text, "lies outside of the years 1677 to 2262") }
        return Timestamp(nanoseconds: sum)
    }

    private func readFraction(_ digits: Span<UInt8>, _ text: Span<UInt8>) throws(Rejection) -> Int64 {
        var place = unit.nanoseconds
        var value: Int64 = 0
        for index in digits.indices {
            let digit = digits[index] &- 48
            guard digit < 10 else { throw error(text, "is not a number of \(unit.rawValue)") }
            guard place > 1 || digit == 0 else { throw error(text, "is finer than a nanosecond") }
            place /= 10
            value += Int64(digit) * place
        }
        return value
    }

    private func error(_ text: Span<UInt8>, _ reason: String) -> Rejection {
        Rejection("the time \"\(NumberText.text(text) ?? "?")\" \(reason)")
    }
}
