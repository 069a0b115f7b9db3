/// The keys that access tokens are made and verified with: one that signs, and perhaps the one before it.
///
/// The algorithm and the form of the header are the server's and are never read from a token: see
/// `docs/decisions/0016-access-tokens.md`.
package struct TokenKeys: Sendable {
    /// The key of every new token.
    package let signing: TokenKey
    /// The key before it, whose tokens are still accepted. `nil` once they have all expired.
    package let earlier: TokenKey?

    /// How far the times of a token may lie ahead, in seconds: the clock may have been set back a little meanwhile.
    private static let leewaySeconds: Int64 = 30

    /// The two keys have two ids.
    package init(signing: TokenKey, earlier: TokenKey? = nil) {
        precondition(signing.id != earlier?.id, "two keys for tokens have the same id")
        self.signing = signing
        self.earlier = earlier
    }

    /// What a token says, when this server has made it and it is valid at `now`.
    ///
    /// Nothing in it is decoded before its signature was found to be right.
    ///
    /// - Parameters:
    ///   - text: the token, of at most 1024 bytes.
    ///   - now: nanoseconds since 1970.
    package func verify(_ text: Span<UInt8>, at now: Int64) throws(AccessTokenError) -> AccessToken.Claims {
        guard text.count <= AccessToken.maximumLength, let (first, second) = Self.dots(of: text) else {
            throw .malformed
        }
        let key = try key(for: text.extracting(0..<first))
        guard let code = Base64URL.bytes(of: text.extracting((second + 1)..<text.count)),
            code.count == HMAC.byteCount
        else { throw .malformed }
        guard HMAC.isCode(code, of: text.extracting(0..<second), key: key.secret) else { throw .badSignature }
        guard let json = Base64URL.bytes(of: text.extracting((first + 1)..<second)),
            let claims = AccessToken.Claims(json: json)
        else { throw .malformed }
        guard claims.issuer == AccessToken.issuer, claims.audience == AccessToken.issuer else { throw .foreign }
        let seconds = now / 1_000_000_000
        guard seconds < claims.expiresAtSeconds else { throw .expired }
        guard max(claims.issuedAtSeconds, claims.notBeforeSeconds) <= seconds + Self.leewaySeconds else {
            throw .notYetValid
        }
        return claims
    }

    private func key(for header: Span<UInt8>) throws(AccessTokenError) -> TokenKey {
        if Self.isEqual(header, signing.header) { return signing }
        if let earlier, Self.isEqual(header, earlier.header) { return earlier }
        throw TokenKey.isHeader(header) ? .unknownKey : .malformed
    }

    /// No secrets are compared here: it may stop at the first difference.
    private static func isEqual(_ left: Span<UInt8>, _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        for index in right.indices where left[index] != right[index] { return false }
        return true
    }

    /// Where the two dots of a token are. `nil` unless there are exactly two.
    private static func dots(of text: Span<UInt8>) -> (Int, Int)? {
        var found: [Int] = []
        for index in text.indices where text[index] == UInt8(ascii: ".") {
            if found.count == 2 { return nil }
            found.append(index)
        }
        return found.count == 2 ? (found[0], found[1]) : nil
    }
}
