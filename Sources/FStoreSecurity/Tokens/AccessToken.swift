/// The token of a session that goes along with every request: a JWT (RFC 7519) signed with HMAC-SHA-256.
///
/// ``TokenKeys/verify(_:at:)`` reads it. Whether its session still exists is for the session's table to say.
package enum AccessToken {
    /// The greatest length of a token in bytes.
    package static let maximumLength = 1024
    /// Who issues the tokens, and whom they are for: this server, both times.
    static let issuer = "fstore"

    /// A token that says `claims`, signed with the newest of `keys`.
    package static func issue(_ claims: Claims, with keys: TokenKeys) -> String {
        let signed = keys.signing.header + [UInt8(ascii: ".")] + Array(Base64URL.text(of: claims.json).utf8)
        let code = HMAC.code(of: signed.span, key: keys.signing.secret)
        return String(decoding: signed, as: UTF8.self) + "." + Base64URL.text(of: code)
    }

    /// What a token says.
    package struct Claims: Hashable, Sendable {
        /// The latest time that is accepted, in seconds since 1970: the end of the year 9999.
        static let latestSeconds: Int64 = 253_402_300_799

        /// `iss`
        let issuer: String
        /// `aud`
        let audience: String
        /// `sub`: the user's id, which begins with `usr_`.
        package let userID: String
        /// `sid`: the id of the session.
        package let sessionID: String
        /// `iat`: when the token was made, in seconds since 1970.
        package let issuedAtSeconds: Int64
        /// `nbf`: the first second at which it is valid.
        package let notBeforeSeconds: Int64
        /// `exp`: the first second at which it is no longer valid.
        package let expiresAtSeconds: Int64
        /// `jti`: the id of the token.
        package let tokenID: String

        /// The claims of a token that is valid from `issuedAtSeconds` on.
        ///
        /// `nil` unless the ids are 1 to 64 letters, digits, `_` and `-`, the user's begins with `usr_`, and the times
        /// lie between 1970 and 9999 in their order.
        package init?(
            userID: String,
            sessionID: String,
            tokenID: String,
            issuedAtSeconds: Int64,
            expiresAtSeconds: Int64
        ) {
            issuer = AccessToken.issuer
            audience = AccessToken.issuer
            self.userID = userID
            self.sessionID = sessionID
            self.issuedAtSeconds = issuedAtSeconds
            notBeforeSeconds = issuedAtSeconds
            self.expiresAtSeconds = expiresAtSeconds
            self.tokenID = tokenID
            guard isValid else { return nil }
        }

        /// The claims in the JSON that ``json`` writes: these members in this order, without spaces and escapes. `nil`
        /// for anything else.
        init?(json: [UInt8]) {
            var reader = ClaimsReader(json)
            guard let issuer = reader.text(after: #"{"iss":"#),
                let audience = reader.text(after: #","aud":"#),
                let userID = reader.text(after: #","sub":"#),
                let sessionID = reader.text(after: #","sid":"#),
                let issuedAtSeconds = reader.seconds(after: #","iat":"#),
                let notBeforeSeconds = reader.seconds(after: #","nbf":"#),
                let expiresAtSeconds = reader.seconds(after: #","exp":"#),
                let tokenID = reader.text(after: #","jti":"#),
                reader.skip("}"), reader.isAtEnd
            else { return nil }
            self.issuer = issuer
            self.audience = audience
            self.userID = userID
            self.sessionID = sessionID
            self.issuedAtSeconds = issuedAtSeconds
            self.notBeforeSeconds = notBeforeSeconds
            self.expiresAtSeconds = expiresAtSeconds
            self.tokenID = tokenID
            guard isValid else { return nil }
        }

        /// The claims in the only form that is read back.
        var json: [UInt8] {
            Array(
                """
                {"iss":"\(issuer)","aud":"\(audience)","sub":"\(userID)","sid":"\(sessionID)",\
                "iat":\(issuedAtSeconds),"nbf":\(notBeforeSeconds),"exp":\(expiresAtSeconds),"jti":"\(tokenID)"}
                """
                .utf8
            )
        }

        private var isValid: Bool {
            userID.hasPrefix("usr_") && userID.utf8.count > 4
                && [userID, sessionID, tokenID].allSatisfy { TokenID.isValid($0.utf8) }
                && 0 <= issuedAtSeconds && issuedAtSeconds <= notBeforeSeconds && notBeforeSeconds < expiresAtSeconds
                && expiresAtSeconds <= Self.latestSeconds
        }
    }
}

/// Reads the one form of JSON that claims are written in.
private struct ClaimsReader {
    private var rest: ArraySlice<UInt8>

    init(_ json: [UInt8]) {
        rest = json[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Passes over `text`. `false` when something else comes.
    mutating func skip(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest.removeFirst(text.utf8.count)
        return true
    }

    /// A string of printable ASCII without quotes and backslashes.
    mutating func text(after name: String) -> String? {
        guard skip(name + "\""), let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        let text = rest[..<end]
        guard text.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) else { return nil }
        rest = rest[(end + 1)...]
        return String(decoding: text, as: UTF8.self)
    }

    /// A whole number from 0, of at most twelve digits, without leading zeros.
    mutating func seconds(after name: String) -> Int64? {
        guard skip(name) else { return nil }
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let text = String(decoding: digits, as: UTF8.self)
        guard digits.count <= 12, let seconds = Int64(text), String(seconds) == text else { return nil }
        rest.removeFirst(digits.count)
        return seconds
    }
}

/// Why a text is not accepted as an access token.
package enum AccessTokenError: Error, Hashable, Sendable {
    /// It is not a token in the form that this server writes.
    case malformed
    /// It names a key that this server does not have, or no longer accepts.
    case unknownKey
    /// It was changed, or signed with another key.
    case badSignature
    /// It is valid no longer.
    case expired
    /// Its times lie more than 30 seconds ahead.
    case notYetValid
    /// It was issued by somebody else, or for somebody else.
    case foreign
}

extension AccessTokenError: CustomStringConvertible {
    /// A sentence to act on.
    package var description: String {
        switch self {
        case .malformed: "the access token is not one of this server; sign in to get one"
        case .unknownKey: "the key of the access token is no longer accepted; sign in again"
        case .badSignature: "the signature of the access token is wrong; sign in again"
        case .expired: "the access token has expired; refresh it or sign in again"
        case .notYetValid: "the access token is not valid yet; check the server's clock"
        case .foreign: "the access token was not issued by this server for this server; sign in here"
        }
    }
}
