/// Text of a log line, made safe: one record stays one line, and nothing hides.
enum LogText {
    /// Appends `text` without quotes. Control characters are written as JSON writes them.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        append(text, isQuoted: false, to: &bytes)
    }

    /// Appends `text` as a JSON string.
    static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        append(text, isQuoted: true, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends `text` as one word, in quotes if it would not be one without.
    static func appendWord(_ text: String, to bytes: inout [UInt8]) {
        let isWord =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "\"", "=", "\\": false
                default: !isHidden(scalar) && !scalar.properties.isWhitespace
                }
            }
        isWord ? append(text, to: &bytes) : appendQuoted(text, to: &bytes)
    }

    /// `text` without API keys and cut to `maxBytes`.
    static func clean(_ text: String, maxBytes: Int) -> String {
        guard text.utf8.count > maxBytes else { return Redaction.withoutKeys(text) }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: maxBytes)
        // Not through the middle of a character.
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return Redaction.withoutKeys(String(text[..<end])) + "…"
    }

    private static func append(_ text: String, isQuoted: Bool, to bytes: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"" where isQuoted: bytes += "\\\"".utf8
            case "\\" where isQuoted: bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case _ where isHidden(scalar): appendEscape(scalar, to: &bytes)
            default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
    }

    /// Controls, what some readers take for the end of a line, and what turns the direction of writing around, so that
    /// a line would not say what it seems to say. The engine refuses the same in names. All of them lie below U+10000.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    private static func appendEscape(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        let digits = String(scalar.value, radix: 16)
        bytes += "\\u".utf8
        bytes += String(repeating: "0", count: 4 - digits.utf8.count).utf8
        bytes += digits.utf8
    }
}
