/// Why a text is not the text of an API key. No case carries the text: it may be a key with a slip in it.
package enum APIKeyCodeError: Error, Hashable, Sendable {
    /// It has more than 200 bytes.
    case tooLong
    /// It does not begin with `fl_`.
    case noPrefix
    /// There is no user id, as plain digits, between `fl_` and the next `_`.
    case userID
    /// The random part has fewer than 32 characters.
    case tooShort
    /// The random part has characters other than letters and digits of ASCII.
    case character
}

extension APIKeyCodeError: CustomStringConvertible {
    /// A sentence to act on.
    package var description: String {
        switch self {
        case .tooLong:
            "an API key has at most \(APIKeyCode.maximumLength) bytes"
        case .noPrefix:
            "an API key has the form fl_{user_id}_{random}; this text does not begin with fl_"
        case .userID:
            "an API key has the form fl_{user_id}_{random}; user_id is a whole number from 1, without leading zeros"
        case .tooShort:
            "the random part of an API key has at least \(APIKeyCode.minimumRandomLength) characters"
        case .character:
            "the random part of an API key has only the letters A to Z, a to z and the digits 0 to 9"
        }
    }
}
