extension Schema {
    /// A name that people give: a text of one line. Control characters are refused; a null byte among them would end
    /// the text in the catalog.
    static func label(_ bytes: ClosedRange<Int>, example: String? = nil) -> Schema {
        .string(
            StringRule(bytes: bytes, check: controlCharacters, pattern: labelPattern, example: example)
        )
    }

    static let labelPattern = "^[^\\u0000-\\u001f\\u007f]+$"

    /// The sentence for a text that has control characters.
    static func controlCharacters(_ text: String) -> String? {
        let hasSome = text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        return hasSome ? "must be free of control characters" : nil
    }
}
