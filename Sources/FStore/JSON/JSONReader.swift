/// A strict reader of RFC 8259: whole document, valid UTF-8, no duplicate names, no lone surrogates, bounded depth.
struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    /// The document without insignificant white space.
    private(set) var minified: [UInt8] = []

    private var nodesLeft: Int

    init(bytes: [UInt8], maxNodes: Int = .max) {
        self.bytes = bytes
        nodesLeft = maxNodes
        minified.reserveCapacity(bytes.count)
    }

    mutating func readDocument() throws(JSONError) -> JSONValue {
        let value = try readValue()
        skipWhiteSpace()
        if position < bytes.count { throw error("something follows the value") }
        return value
    }

    private mutating func readValue() throws(JSONError) -> JSONValue {
        skipWhiteSpace()
        nodesLeft -= 1
        if nodesLeft < 0 {
            var error = error("it consists of too many values")
            error.hasTooManyNodes = true
            throw error
        }
        guard position < bytes.count else { throw error("the text ends where a value is expected") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try nested { reader throws(JSONError) in try reader.readObject() }
        case UInt8(ascii: "["): return try nested { reader throws(JSONError) in try reader.readArray() }
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: return .number(try readNumber())
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        depth += 1
        if depth > StoreLimits.jsonDepth.upperBound {
            throw error("it is nested deeper than \(StoreLimits.jsonDepth.upperBound) levels")
        }
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func readObject() throws(JSONError) -> JSONValue {
        take()
        var members: [JSONMember] = []
        var names: Set<[UInt8]> = []
        skipWhiteSpace()
        if takeIf("}") { return .object(members) }
        while true {
            skipWhiteSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw error("the name of a member is expected")
            }
            let name = try readString()
            // Byte for byte: `String` would hold two spellings of one character for the same name.
            guard names.insert(Array(name.utf8)).inserted else {
                throw error("the name \"\(name.excerpt)\" occurs twice")
            }
            skipWhiteSpace()
            guard takeIf(":") else { throw error("a : is expected after the name") }
            members.append(JSONMember(name: name, value: try readValue()))
            skipWhiteSpace()
            if takeIf(",") { continue }
            if takeIf("}") { return .object(members) }
            throw error("a , or } is expected")
        }
    }

    private mutating func readArray() throws(JSONError) -> JSONValue {
        take()
        var elements: [JSONValue] = []
        skipWhiteSpace()
        if takeIf("]") { return .array(elements) }
        while true {
            elements.append(try readValue())
            skipWhiteSpace()
            if takeIf(",") { continue }
            if takeIf("]") { return .array(elements) }
            throw error("a , or ] is expected")
        }
    }

    private mutating func readWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let expected = Array("\(word)".utf8)
        guard bytes[position...].starts(with: expected) else { throw error("an unknown word") }
        for _ in expected { take() }
        return value
    }

    private mutating func readNumber() throws(JSONError) -> String {
        let start = position
        _ = takeIf("-")
        if !takeIf("0") { try takeDigits("a value is expected") }
        if takeIf(".") { try takeDigits("digits are expected after the point") }
        if takeIf("e") || takeIf("E") {
            if !takeIf("+") { _ = takeIf("-") }
            try takeDigits("digits are expected in the exponent")
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func takeDigits(_ reason: String) throws(JSONError) {
        let start = position
        while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 { take() }
        if position == start { throw error(reason) }
    }

    private mutating func readString() throws(JSONError) -> String {
        let start = position
        take()
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                take()
                guard let valid = String(validating: text, as: UTF8.self) else {
                    position = start
                    throw error("a string is not valid UTF-8")
                }
                return valid
            }
            if byte < 0x20 { throw error("a control character within a string") }
            take()
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: try readEscape().utf8)
            } else {
                text.append(byte)
            }
        }
        throw error("a string does not end")
    }

    private mutating func readEscape() throws(JSONError) -> String {
        guard position < bytes.count else { throw error("a string does not end") }
        let byte = bytes[position]
        take()
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try readUnicodeEscape()
        default: throw error("an unknown escape within a string")
        }
    }

    private mutating func readUnicodeEscape() throws(JSONError) -> String {
        var scalar = try readHexadecimal()
        if (0xD800..<0xDC00).contains(scalar) {
            guard takeIf("\\"), takeIf("u") else { throw error("a surrogate without its partner") }
            let low = try readHexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw error("a surrogate without its partner") }
            scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let character = Unicode.Scalar(scalar) else { throw error("a surrogate without its partner") }
        return String(Character(character))
    }

    private mutating func readHexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count,
                let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
            else { throw error("four hexadecimal digits are expected after \\u") }
            value = value << 4 | UInt32(digit)
            take()
        }
        return value
    }

    private mutating func take() {
        minified.append(bytes[position])
        position += 1
    }

    private mutating func takeIf(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        take()
        return true
    }

    private mutating func skipWhiteSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private func error(_ reason: String) -> JSONError {
        JSONError(offset: position, reason: reason)
    }
}
