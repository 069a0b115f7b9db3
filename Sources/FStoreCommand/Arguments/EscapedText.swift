/// Texts in which a backslash makes the next character an ordinary one.
enum EscapedText {
    /// Splits at every `separator` that is not behind a backslash, and takes the backslashes away.
    static func split(_ text: String, at separator: Character, maxParts: Int = .max) -> [String] {
        var parts = [""]
        var isEscaped = false
        for character in text {
            if isEscaped {
                parts[parts.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == separator, parts.count < maxParts {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        if isEscaped { parts[parts.count - 1].append("\\") }
        return parts
    }

    /// Where the last `separator` stands that is not behind a backslash.
    static func lastIndex(of separator: Character, in text: String) -> String.Index? {
        var found: String.Index?
        var isEscaped = false
        for index in text.indices {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == separator {
                found = index
            }
        }
        return found
    }
}
