/// Characters that have no place in a name: nobody sees them, and they change what a terminal or a page shows of the
/// text around them.
package enum HiddenCharacters {
    /// Controls of ASCII and of Latin-1 (C0, C1), separators of lines, marks that turn the direction of writing, and
    /// the byte order mark. All of them lie below U+10000.
    package static let inNames: [ClosedRange<UInt32>] =
        [0x00...0x1F, 0x7F...0x9F, 0x061C...0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF...0xFEFF]

    /// The same for a text of several lines, which has ends of lines and tabs.
    package static let inLines: [ClosedRange<UInt32>] = [0x00...0x08, 0x0B...0x0C, 0x0E...0x1F] + inNames.dropFirst()

    /// Whether a name must not have it.
    package static func isHidden(_ scalar: Unicode.Scalar) -> Bool { inNames.contains { $0.contains(scalar.value) } }

    /// Whether a name has one.
    package static func areIn(_ name: String) -> Bool { name.unicodeScalars.contains(where: isHidden) }

    /// Whether a text of several lines has one.
    package static func areIn(lines text: String) -> Bool {
        text.unicodeScalars.contains { scalar in inLines.contains { $0.contains(scalar.value) } }
    }
}
