/// A key that access tokens are signed with. Its 32 bytes lie in guarded memory and in no description.
package struct TokenKey: Sendable {
    /// The greatest length of an id in characters.
    package static let maximumIDLength = 32

    /// The name of the key in the header of a token.
    package let id: String
    let secret: SealingKey
    /// The first part of every token that this key signs.
    let header: [UInt8]

    /// `nil` unless there are 32 bytes, and 1 to 32 letters, digits, `_` and `-` of ASCII in `id`.
    package init?(id: String, bytes: [UInt8]) {
        guard TokenID.isValid(id.utf8), id.utf8.count <= Self.maximumIDLength, let secret = SealingKey(bytes) else {
            return nil
        }
        self.id = id
        self.secret = secret
        header = Array(Base64URL.text(of: Array((Self.headerStart + id + Self.headerEnd).utf8)).utf8)
    }

    // The order of the alphabet, without spaces. A header in any other form was not written by this server.
    private static let headerStart = #"{"alg":"HS256","kid":""#
    private static let headerEnd = #"","typ":"at+jwt"}"#

    /// Whether a part of a token is the header that some key of this server could have: all of it but the id is right.
    static func isHeader(_ part: Span<UInt8>) -> Bool {
        guard let bytes = Base64URL.bytes(of: part) else { return false }
        let (start, end) = (headerStart.utf8, headerEnd.utf8)
        guard bytes.count > start.count + end.count, bytes.starts(with: start),
            bytes.suffix(end.count).elementsEqual(end)
        else { return false }
        let id = bytes[start.count..<(bytes.count - end.count)]
        return id.count <= maximumIDLength && TokenID.isValid(id)
    }
}

/// The form of every id in a token: it needs no escapes in JSON, and is no path.
enum TokenID {
    /// The greatest length in characters.
    static let maximumLength = 64

    /// Whether these are 1 to 64 letters, digits, `_` and `-` of ASCII.
    static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
        (1...maximumLength).contains(bytes.count)
            && bytes.allSatisfy { Base62.isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }
}
