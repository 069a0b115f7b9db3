/// A random text that stands for something the server has stored: `flr_…` for a session that can be renewed, `fli_…`
/// for an invitation.
///
/// It is shown once, to the one it is made for; afterwards only its digest is kept. A description of it shows the
/// ``prefix`` alone, so that a token does not end up in a log.
package struct OpaqueToken: Hashable, Sendable {
    /// What the token is good for. One kind is never taken for another.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Exchanged once for an access token and the next of its kind.
        case refresh = "flr_"
        /// Exchanged once for an account.
        case invitation = "fli_"
    }

    private static let randomBytes = 32
    private static let randomLength = 43
    private static let shownLength = 4

    /// What the token is good for.
    package let kind: Kind
    /// The token itself. A secret.
    package let text: String

    /// A new token of 256 random bits in 43 base-62 characters.
    package static func generate(_ kind: Kind) -> OpaqueToken {
        let random = Base62.text(of: SystemRandom.bytes(randomBytes), count: randomLength)
        return OpaqueToken(kind: kind, text: kind.rawValue + random)
    }

    private init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }

    /// A token that somebody has sent. `nil` unless the text is the prefix of `kind` and 43 base-62 characters.
    package init?(_ text: String, as kind: Kind) {
        guard text.utf8.count == kind.rawValue.utf8.count + Self.randomLength, text.hasPrefix(kind.rawValue),
            text.utf8.dropFirst(kind.rawValue.utf8.count).allSatisfy(Base62.isDigit)
        else { return nil }
        self.init(kind: kind, text: text)
    }

    /// What lists may show of the token: `flr_AbCd…`.
    package var prefix: String { text.prefix(kind.rawValue.count + Self.shownLength) + "…" }

    /// What is stored of the token, and what it is found by.
    package var digest: Digest { SHA256.digest(of: text) }
}

extension OpaqueToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { prefix }
    package var debugDescription: String { prefix }
    package var customMirror: Mirror { Mirror(self, children: ["prefix": prefix]) }
}
