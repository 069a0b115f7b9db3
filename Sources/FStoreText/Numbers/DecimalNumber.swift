/// A decimal number exactly as it is written: a sign, digits and a power of ten.
///
/// For the few numbers that a `Double` cannot answer for: whether a long one is whole, and which integer it is.
package struct DecimalNumber {
    /// What a decimal number is as a 64-bit integer.
    package enum Whole: Equatable {
        case integer(Int64)
        /// Digits are left behind the point.
        case fraction
        /// Less than -2^63, or 2^63 and more.
        case outOfRange
    }

    private let isNegative: Bool
    /// 0 to 9 each, the first and the last not zero. Empty for zero.
    private var digits: [UInt8] = []
    /// The power of ten of the last digit.
    private var exponent = 0
    /// Whether it is written without a point and without an exponent.
    package private(set) var isPlain = true

    /// Reads what `Double` reads, except for hexadecimal numbers, infinity and NaN. `nil` for anything else.
    package init?(_ text: Span<UInt8>) {
        var position = 0
        isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative || !text.isEmpty && text[0] == UInt8(ascii: "+") { position = 1 }
        var hasDigits = false
        var isBehindPoint = false
        while position < text.count {
            let byte = text[position]
            if byte &- 48 < 10 {
                hasDigits = true
                if !digits.isEmpty || byte != 48 { digits.append(byte &- 48) }
                if isBehindPoint { exponent -= 1 }
            } else if byte == UInt8(ascii: "."), !isBehindPoint {
                isBehindPoint = true
                isPlain = false
            } else {
                break
            }
            position += 1
        }
        guard hasDigits else { return nil }
        if position < text.count {
            guard text[position] | 0x20 == UInt8(ascii: "e"),
                let power = Self.power(text.extracting((position + 1)..<text.count))
            else { return nil }
            exponent += power
            isPlain = false
        }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty { exponent = 0 }
    }

    /// An exponent. A million stands for more: no number of this program reaches so far.
    private static func power(_ text: Span<UInt8>) -> Int? {
        var position = 0
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative || !text.isEmpty && text[0] == UInt8(ascii: "+") { position = 1 }
        guard position < text.count else { return nil }
        var power = 0
        while position < text.count {
            let digit = text[position] &- 48
            guard digit < 10 else { return nil }
            power = min(1_000_000, power * 10 + Int(digit))
            position += 1
        }
        return isNegative ? -power : power
    }

    /// Whether nothing but zeros stands behind the point.
    package var isWhole: Bool { exponent >= 0 }

    /// The number times 10^`power` as an integer.
    package func whole(timesTenToThe power: Int = 0) -> Whole {
        if digits.isEmpty { return .integer(0) }
        let zeros = exponent + power
        if zeros < 0 { return .fraction }
        if digits.count + zeros > 19 { return .outOfRange }
        var value: Int64 = 0
        for position in 0..<(digits.count + zeros) {
            let digit = position < digits.count ? Int64(digits[position]) : 0
            // Below zero there is one number more, so digits are taken away instead of added.
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.subtractingReportingOverflow(digit)
            if overflow || carried { return .outOfRange }
            value = sum
        }
        if isNegative { return .integer(value) }
        return value == .min ? .outOfRange : .integer(-value)
    }

    /// Whether `number`, the double closest to it, is shown with the same digits: then nothing of it is lost.
    package func hasDigits(of number: Double) -> Bool {
        guard number != 0, number.isFinite else { return digits.isEmpty }
        let shown = ShortestDecimal(number.magnitude)
        return exponent == shown.exponent && digits.map { String($0) }.joined() == String(shown.digits)
    }
}
