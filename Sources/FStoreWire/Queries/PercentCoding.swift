/// RFC 3986 percent-encoding, strictly.
package enum PercentCoding {
    /// The bytes that `text` stands for; `nil` when a `%` is not followed by two hexadecimal digits.
    ///
    /// - Parameter plusIsSpace: in queries, where forms write a space as `+`.
    package static func decode(_ text: some Sequence<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending = 0
        var value: UInt8 = 0
        for byte in text {
            if pending > 0 {
                guard let digit = hexadecimal(byte) else { return nil }
                value = value << 4 | digit
                pending -= 1
                if pending == 0 { bytes.append(value) }
            } else if byte == UInt8(ascii: "%") {
                pending = 2
                value = 0
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return pending == 0 ? bytes : nil
    }

    /// The text that `text` stands for; `nil` when its encoding is broken or it is not UTF-8.
    package static func decodeText(_ text: some Sequence<UInt8>, plusIsSpace: Bool) -> String? {
        decode(text, plusIsSpace: plusIsSpace).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The value of a hexadecimal digit.
    package static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
        default: nil
        }
    }

    /// `text` so that it can be one part of a path or one value of a query.
    package static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}
