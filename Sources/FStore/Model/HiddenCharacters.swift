/// Characters that have no place in a name: nobody sees them, and they change what a terminal or a page shows of the
/// text around them.
package enum HiddenCharacters {
    /// Controls of ASCII and of Latin-1 (C0, C1), separators of lines, marks that turn the direction of writing, and
    /// the byte order mark.
    package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// Whether a name has one.
    package static func areIn(_ name: String) -> Bool { name.unicodeScalars.contains(where: isHidden) }

    /// Whether a text of several lines has one, beside the ends of its lines and tabs.
    package static func areIn(lines text: String) -> Bool {
        text.unicodeScalars.contains { isHidden($0) && ![0x09, 0x0A, 0x0D].contains($0.value) }
    }
}
