internal import FStore

/// What an e-mail address must look like. Whether somebody reads mail there is another question.
package enum EmailAddress {
    package static let maxBytes = 254

    /// Why a text is no address, as the end of a sentence; `nil` when it is one.
    package static func problem(_ text: String) -> String? {
        guard (1...maxBytes).contains(text.utf8.count) else {
            return "must have 1 to \(maxBytes) bytes; it has \(text.utf8.count)"
        }
        let hasSpace = text.unicodeScalars.contains { $0.properties.isWhitespace }
        if hasSpace || HiddenCharacters.areIn(text) { return "must be free of spaces and control characters" }
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            return "must be an e-mail address, with one @ between a name and a domain"
        }
        return nil
    }
}
