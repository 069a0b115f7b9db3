internal import FStore

extension JSONBuffer {
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// A text with its quotes, escaped where JSON asks for it.
    func appendString(_ utf8: Span<UInt8>) {
        reserve(utf8.count * 6 + 2)
        append(UInt8(ascii: "\""))
        var start = 0
        for index in utf8.indices {
            let byte = utf8[index]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
            append(utf8.extracting(start..<index))
            start = index + 1
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            default:
                append("\\u00")
                append(Self.hexadecimal[Int(byte >> 4)])
                append(Self.hexadecimal[Int(byte & 15)])
            }
        }
        append(utf8.extracting(start..<utf8.count))
        append(UInt8(ascii: "\""))
    }

    /// A whole number.
    func append(_ number: Int64) {
        if number == .min { return append("-9223372036854775808") }
        if number < 0 { append(UInt8(ascii: "-")) }
        appendDigits(UInt64(abs(number)), width: 1)
    }

    func append(_ number: Int) { append(Int64(number)) }

    /// At least `width` digits, zeros in front.
    @inline(__always)
    private func appendDigits(_ number: UInt64, width: Int) {
        var digits = 1
        var power: UInt64 = 10
        while digits < 20, number >= power {
            digits += 1
            if power > UInt64.max / 10 { break }
            power *= 10
        }
        let size = max(digits, width)
        unsafe appendDirectly(size) { target in
            var rest = number
            var position = size
            while position > 0 {
                position -= 1
                unsafe target[position] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            }
            return size
        }
    }

    func append(_ number: Float) { append(number.description) }

    func append(_ isTrue: Bool) {
        if isTrue { append("true") } else { append("false") }
    }

    /// A moment in RFC 3339 with its quotes, the same text as ``Timestamp/description``.
    func append(_ time: Timestamp) {
        var seconds = time.nanoseconds / 1_000_000_000
        var fraction = time.nanoseconds % 1_000_000_000
        if fraction < 0 {
            seconds -= 1
            fraction += 1_000_000_000
        }
        var days = seconds / 86_400
        var second = seconds % 86_400
        if second < 0 {
            days -= 1
            second += 86_400
        }
        let (year, month, day) = CivilDate.components(days: Int(days))
        append(UInt8(ascii: "\""))
        appendDigits(UInt64(year), width: 4)
        append(UInt8(ascii: "-"))
        appendDigits(UInt64(month), width: 2)
        append(UInt8(ascii: "-"))
        appendDigits(UInt64(day), width: 2)
        append(UInt8(ascii: "T"))
        appendDigits(UInt64(second / 3600), width: 2)
        append(UInt8(ascii: ":"))
        appendDigits(UInt64(second / 60 % 60), width: 2)
        append(UInt8(ascii: ":"))
        appendDigits(UInt64(second % 60), width: 2)
        if fraction != 0 {
            append(UInt8(ascii: "."))
            if fraction % 1_000_000 == 0 {
                appendDigits(UInt64(fraction / 1_000_000), width: 3)
            } else if fraction % 1000 == 0 {
                appendDigits(UInt64(fraction / 1000), width: 6)
            } else {
                appendDigits(UInt64(fraction), width: 9)
            }
        }
        append("Z\"")
    }

    /// A stored value: JSON as it is, bytes as base64, moments in RFC 3339.
    func append(_ value: borrowing ValueView) {
        if let number = value.float64 { return append(number) }
        if let number = value.int64 { return append(number) }
        if let isTrue = value.bool { return append(isTrue) }
        if let time = value.timestamp { return append(time) }
        if let dimension = value.dimension {
            append(UInt8(ascii: "["))
            for index in 0..<dimension {
                if index > 0 { append(UInt8(ascii: ",")) }
                append(value.element(index))
            }
            return append(UInt8(ascii: "]"))
        }
        if let bytes = value.octets { return appendBase64(bytes) }
        if let utf8 = value.utf8 {
            if value.type == .json { append(utf8) } else { appendString(utf8) }
            return
        }
        append("null")
    }

    /// A value of the program.
    func append(_ value: FeatureValue) {
        switch value {
        case .null: append("null")
        case .float64(let number): append(number)
        case .int64(let number): append(number)
        case .bool(let isTrue): append(isTrue)
        case .string(let text): appendString(text.utf8Span.span)
        case .bytes(let bytes): appendBase64(bytes.span)
        case .timestamp(let time): append(time)
        case .vector(let elements):
            append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                append(element)
            }
            append(UInt8(ascii: "]"))
        case .json(let text): append(text)
        }
    }

    private static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Bytes as base64 with padding, in quotes.
    private func appendBase64(_ bytes: Span<UInt8>) {
        append(UInt8(ascii: "\""))
        var index = 0
        while index < bytes.count {
            let left = min(3, bytes.count - index)
            var bits: UInt32 = 0
            for offset in 0..<3 {
                bits = bits << 8 | (offset < left ? UInt32(bytes[index + offset]) : 0)
            }
            for position in 0..<4 {
                let digit = Self.base64[Int(bits >> UInt32(18 - 6 * position) & 63)]
                append(position <= left ? digit : UInt8(ascii: "="))
            }
            index += 3
        }
        append(UInt8(ascii: "\""))
    }
}
