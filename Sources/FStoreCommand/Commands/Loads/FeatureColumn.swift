internal import ArgumentParser
internal import FStore
internal import FStoreText

/// What `--feature NAME[=COLUMN][:TYPE]` says.
///
/// What stands behind the last colon is the type when it is the name of one, and belongs to the text before it when it
/// is not. Of the rest, the first equals sign separates the feature from its column. A backslash makes the next
/// character an ordinary one: `a\:float64` is the name `a:float64`, and `a\=b` the name `a=b`.
struct FeatureColumn: Equatable {
    var feature: String
    var column: String
    var type: ValueType?

    /// Reads the argument of `--feature`.
    static func parse(_ text: String) throws -> FeatureColumn {
        var rest = text
        var type: ValueType?
        if let colon = EscapedText.lastIndex(of: ":", in: text) {
            let word = String(text[text.index(after: colon)...])
            if let found = ValueType(word) {
                type = found
                rest = String(text[..<colon])
            } else if let meant = ValueTypeText.meant(word) {
                throw ValidationError(
                    "\"\(text)\": \"\(word)\" is not a type; did you mean \(meant)? "
                        + "If it belongs to the name, write \\: instead of the colon"
                )
            }
        }
        let parts = EscapedText.split(rest, at: "=", maxParts: 2)
        guard let name = parts.first, let column = parts.last, !name.isEmpty, !column.isEmpty else {
            throw ValidationError(
                "\"\(text.excerpt)\" does not name a feature; write NAME, NAME=COLUMN or NAME=COLUMN:TYPE"
            )
        }
        return FeatureColumn(feature: name, column: column, type: type)
    }
}
