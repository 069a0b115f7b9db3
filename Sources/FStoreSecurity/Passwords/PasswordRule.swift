/// What a new password must be. Signing in does not ask: a password that was accepted once stays good.
package struct PasswordRule: Sendable {
    /// The fewest characters of a password.
    package static let minimumCharacters = 8
    /// The most characters of a password.
    package static let maximumCharacters = 1024

    /// The passwords that are refused although they are long enough. `nil`: none.
    package let refused: FrequentPasswords?

    /// A rule that refuses passwords of a wrong length, and those of `refused`.
    package init(refusing refused: FrequentPasswords? = nil) {
        self.refused = refused
    }

    /// Why `password` cannot be used. `nil` when it can.
    ///
    /// Characters are Unicode scalars, which is what JSON Schema counts too: how many there are does not depend on the
    /// version of Unicode. Any of them is fine, U+0000 and spaces included.
    package func objection(to password: String) -> PasswordObjection? {
        let count = password.unicodeScalars.count
        if count < Self.minimumCharacters { return .tooShort(characters: count) }
        if count > Self.maximumCharacters { return .tooLong(characters: count) }
        if let refused, refused.contains(password) { return .frequent }
        return nil
    }
}

/// Why a password cannot be used. No case carries the password.
package enum PasswordObjection: Error, Hashable, Sendable {
    /// It has fewer than 8 characters.
    case tooShort(characters: Int)
    /// It has more than 1024 characters.
    case tooLong(characters: Int)
    /// It is one of those that are tried first.
    case frequent
}

extension PasswordObjection: CustomStringConvertible {
    /// A sentence to act on.
    package var description: String {
        switch self {
        case .tooShort(let characters):
            "a password has at least \(PasswordRule.minimumCharacters) characters; this one has \(characters)"
        case .tooLong(let characters):
            "a password has at most \(PasswordRule.maximumCharacters) characters; this one has \(characters)"
        case .frequent:
            "this password is one of those that attackers try first; choose another one"
        }
    }
}
