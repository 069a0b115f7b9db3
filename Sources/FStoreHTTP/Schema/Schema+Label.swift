internal import FStore

extension Schema {
    /// A name that people give: a text of one line. Control characters are refused, a null byte among them would end
    /// the text in the catalog; and so are others that nobody sees, with which a name can look like another one.
    static func label(_ bytes: ClosedRange<Int>, example: String? = nil) -> Schema {
        .string(
            StringRule(bytes: bytes, check: controlCharacters, pattern: labelPattern, example: example)
        )
    }

    static let labelPattern =
        "^[^\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]+$"

    /// A text of several lines, without the same characters beside the ends of lines and tabs.
    static func prose(_ bytes: ClosedRange<Int>) -> Schema {
        .string(
            StringRule(
                bytes: bytes,
                check: { HiddenCharacters.areIn(lines: $0) ? refusal : nil },
                pattern: "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f"
                    + "\\u2028-\\u202e\\u2066-\\u2069\\ufeff]*$"
            )
        )
    }

    private static let refusal = "must be free of control characters and of those that turn the direction of text"

    /// The sentence for a text that has characters which do not belong into a name.
    static func controlCharacters(_ text: String) -> String? {
        HiddenCharacters.areIn(text) ? refusal : nil
    }
}
