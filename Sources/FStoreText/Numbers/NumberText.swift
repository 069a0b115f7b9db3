/// Numbers from bytes, equal to what `Double(String)` and `Int64(String)` read.
package enum NumberText {
    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// A decimal number, or `nil` where the text is none.
    ///
    /// Up to 15 digits without an exponent are an integer below 2^53 over an exact power of ten, and the one division
    /// rounds correctly. Everything else goes to the standard library.
    package static func double(_ text: Span<UInt8>) -> Double? {
        var index = 0
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var mantissa: Int64 = 0
        var digits = 0
        var decimals = -1
        while index < text.count {
            let byte = text[index]
            if byte &- 48 < 10 {
                mantissa = mantissa &* 10 &+ Int64(byte &- 48)
                digits += 1
                if decimals >= 0 { decimals += 1 }
            } else if byte == UInt8(ascii: "."), decimals < 0, digits > 0 {
                decimals = 0
            } else {
                return slowDouble(text)
            }
            index += 1
        }
        guard digits > 0, digits <= 15, decimals != 0 else { return slowDouble(text) }
        let magnitude = decimals > 0 ? Double(mantissa) / powers[decimals] : Double(mantissa)
        return isNegative ? -magnitude : magnitude
    }

    private static func slowDouble(_ text: Span<UInt8>) -> Double? {
        Self.text(text).flatMap { Double($0) }
    }

    /// A whole number of at most 64 bits, or `nil`.
    package static func integer(_ text: Span<UInt8>) -> Int64? {
        var index = 0
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        guard text.count > index, text.count - index <= 18 else { return Self.text(text).flatMap { Int64($0) } }
        var value: Int64 = 0
        while index < text.count {
            let digit = text[index] &- 48
            guard digit < 10 else { return Self.text(text).flatMap { Int64($0) } }
            value = value &* 10 &+ Int64(digit)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// The text of UTF-8 bytes, or `nil` when they are not valid.
    package static func text(_ bytes: Span<UInt8>) -> String? {
        guard let valid = try? UTF8Span(validating: bytes) else { return nil }
        return String(copying: valid)
    }
}
