/// Digits, capitals, small letters: text that a double click selects whole.
enum Base62 {
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// The number whose bytes these are, most significant first, in `count` digits. 32 bytes fill 43 of them.
    static func text(of bytes: [UInt8], count: Int) -> String {
        var number = bytes
        var text = [UInt8](repeating: 0, count: count)
        for position in text.indices.reversed() {
            text[position] = digits[divide(&number, by: digits.count)]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether `byte` is one of the 62 digits.
    static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default:
            false
        }
    }

    /// Divides as on paper, and returns what remains.
    private static func divide(_ number: inout [UInt8], by divisor: Int) -> Int {
        var remainder = 0
        for index in number.indices {
            let part = remainder << 8 | Int(number[index])
            number[index] = UInt8(part / divisor)
            remainder = part % divisor
        }
        return remainder
    }
}
