/// The text of an API key: `fl_{user_id}_{random}`.
///
/// It is shown once, to the one who made it; afterwards only its digest is kept. A description of it shows the
/// ``prefix`` alone, so that a key does not end up in a log.
package struct APIKeyCode: Hashable, Sendable {
    /// The length in bytes past which a text is no key.
    package static let maximumLength = 200
    /// The fewest characters of the random part of a key that somebody chose: about 190 bits.
    package static let minimumRandomLength = 32
    /// The greatest user id in a key: the greatest whole number that every JSON reader keeps.
    package static let maximumUserID: Int64 = 1 << 53 - 1

    private static let randomBytes = 32
    private static let randomLength = 43
    private static let shownLength = 4

    /// The key itself. A secret.
    package let text: String
    /// The user that the key names. Whether the key is theirs only its digest tells.
    package let userID: Int64
    /// What lists may show of the key: `fl_1_AbCd…`.
    package let prefix: String

    /// A new key of 256 random bits in 43 base-62 characters.
    package static func generate(userID: Int64) -> APIKeyCode {
        generate(userID: userID, random: SystemRandom.bytes(randomBytes))
    }

    static func generate(userID: Int64, random: [UInt8]) -> APIKeyCode {
        APIKeyCode(userID: userID, random: Base62.text(of: random, count: randomLength))
    }

    private init(userID: Int64, random: some StringProtocol) {
        text = "fl_\(userID)_\(random)"
        prefix = "fl_\(userID)_\(random.prefix(Self.shownLength))…"
        self.userID = userID
    }

    /// Reads a key that somebody else made, such as the one given for the first start.
    ///
    /// The user id is written without leading zeros, so that one key has one text.
    package init(_ text: String) throws(APIKeyCodeError) {
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
        guard text.hasPrefix("fl_") else { throw .noPrefix }
        let parts = text.dropFirst(3).split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let userID = Int64(parts[0]), String(userID) == parts[0],
            (1...Self.maximumUserID).contains(userID)
        else { throw .userID }
        guard parts[1].utf8.count >= Self.minimumRandomLength else { throw .tooShort }
        guard parts[1].utf8.allSatisfy(Base62.isDigit) else { throw .character }
        self.init(userID: userID, random: parts[1])
    }

    /// What is stored of the key, and what it is found by.
    package var digest: Digest { SHA256.digest(of: text) }
}

extension APIKeyCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { prefix }
    package var debugDescription: String { prefix }
    package var customMirror: Mirror { Mirror(self, children: ["prefix": prefix]) }
}
