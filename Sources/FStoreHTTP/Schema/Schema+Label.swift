internal import FStore

extension Schema {
    /// A name that people give: a text of one line. Control characters are refused, a null byte among them would end
    /// the text in the catalog; and so are others that nobody sees, with which a name can look like another one.
    static func label(_ bytes: ClosedRange<Int>, example: String? = nil) -> Schema {
        .string(
            StringRule(bytes: bytes, check: controlCharacters, pattern: labelPattern, example: example)
        )
    }

    static let labelPattern = "^[^\(escaped(HiddenCharacters.inNames))]+$"

    /// A text of several lines, without the same characters beside the ends of lines and tabs.
    static func prose(_ bytes: ClosedRange<Int>) -> Schema {
        .string(
            StringRule(
                bytes: bytes,
                check: { HiddenCharacters.areIn(lines: $0) ? refusal : nil },
                pattern: "^[^\(escaped(HiddenCharacters.inLines))]*$"
            )
        )
    }

    private static let refusal = "must not have control characters, or characters that change the direction of text"

    /// The sentence for a text that has characters which do not belong into a name.
    static func controlCharacters(_ text: String) -> String? {
        HiddenCharacters.areIn(text) ? refusal : nil
    }

    /// The ranges as a set of characters has them in a regular expression.
    private static func escaped(_ ranges: [ClosedRange<UInt32>]) -> String {
        func escape(_ value: UInt32) -> String {
            let digits = String(value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return
            ranges.map { $0.count == 1 ? escape($0.lowerBound) : escape($0.lowerBound) + "-" + escape($0.upperBound) }
            .joined()
    }
}
