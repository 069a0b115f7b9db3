import Testing

@testable import FStoreSecurity

/// What somebody without the key can send, and what somebody with it must not get through either.
@Suite("Forged access tokens")
struct ForgedTokenTests {
    private let keys: TokenKeys

    init() throws {
        keys = TokenKeys(
            signing: try #require(TokenKey(id: "k1", bytes: TokenForge.secret)),
            earlier: TokenKey(id: "k0", bytes: [UInt8](repeating: 7, count: 32))
        )
    }

    /// Each of these is signed with the right key: only its header is another one.
    @Test(arguments: [
        // No algorithm, or another.
        TokenForge.header("HS256", "none"), TokenForge.header("HS256", "None"), TokenForge.header("HS256", "NONE"),
        TokenForge.header("HS256", "nOnE"), TokenForge.header("HS256", ""), TokenForge.header("\"HS256\"", "null"),
        TokenForge.header("HS256", "HS512"), TokenForge.header("HS256", "HS384"), TokenForge.header("HS256", "RS256"),
        TokenForge.header("HS256", "ES256"), TokenForge.header("HS256", "PS256"), TokenForge.header("HS256", "EdDSA"),
        TokenForge.header("HS256", "hs256"), TokenForge.header("\"HS256\"", "[\"HS256\"]"),
        // A key that comes along, or where to get it.
        TokenForge.header("\"kid\"", #""jwk":{"kty":"oct","k":"AQID"},"kid""#),
        TokenForge.header("\"kid\"", #""jku":"https://attacker.example/keys","kid""#),
        TokenForge.header("\"kid\"", #""x5u":"https://attacker.example/cert","kid""#),
        TokenForge.header("\"kid\"", #""x5c":["MIIB"],"kid""#),
        // What must be understood, encoded payloads, nested and compressed ones.
        TokenForge.header("\"kid\"", #""crit":["exp"],"kid""#), TokenForge.header("\"kid\"", #""b64":false,"kid""#),
        TokenForge.header("\"kid\"", #""cty":"JWT","kid""#), TokenForge.header("\"kid\"", #""zip":"DEF","kid""#),
        TokenForge.header("\"kid\"", #""enc":"A256GCM","kid""#),
        // Another type, none, or the same in another spelling.
        TokenForge.header("at+jwt", "JWT"), TokenForge.header("at+jwt", "jwt"), TokenForge.header("at+jwt", "AT+JWT"),
        TokenForge.header("at+jwt", "application/at+jwt"), TokenForge.header(",\"typ\":\"at+jwt\"", ""),
        // Ids that are no ids.
        TokenForge.header("k1", "../../dev/null"), TokenForge.header("k1", "k1/../k1"), TokenForge.header("k1", ""),
        TokenForge.header("k1", "k1' OR '1'='1"), TokenForge.header("k1", "k1\\u0000"),
        TokenForge.header("k1", "\\u006b1"), TokenForge.header("\"k1\"", "1"), TokenForge.header("\"k1\"", "null"),
        TokenForge.header("\"kid\":\"k1\",", ""), TokenForge.header("k1", String(repeating: "k", count: 33)),
        // The same said twice, in another order or with spaces, and what is no object.
        TokenForge.header("\"kid\"", #""kid":"k0","kid""#), TokenForge.header("\"typ\"", #""alg":"none","typ""#),
        #"{"typ":"at+jwt","alg":"HS256","kid":"k1"}"#, #"{"alg":"HS256", "kid":"k1","typ":"at+jwt"}"#,
        TokenForge.honestHeader + " ", " " + TokenForge.honestHeader, "[" + TokenForge.honestHeader + "]",
        TokenForge.honestHeader + "{}", "\u{FEFF}" + TokenForge.honestHeader, "{}", "[]", "null", "",
    ])
    func `another header is refused, whoever signed it`(header: String) {
        #expect(throws: AccessTokenError.malformed) { try verify(TokenForge.token(header: header)) }
        // As the attacks on `none` send it.
        let unsigned = TokenForge.encoded(header) + "." + TokenForge.encoded(TokenForge.honestClaims) + "."
        #expect(throws: AccessTokenError.malformed) { try verify(unsigned) }
    }

    @Test(arguments: ["k2", "K1", "k", "k11", "k1-", "-", String(repeating: "k", count: 32)])
    func `a key id that nobody knows is told apart`(id: String) {
        let token = TokenForge.token(header: TokenForge.header("k1", id))
        #expect(throws: AccessTokenError.unknownKey) { try verify(token) }
    }

    /// Signed with the right key too: what a mistake elsewhere could let through.
    @Test(arguments: [
        // Missing, twice, in another order, unknown, with spaces.
        TokenForge.claims("\"sid\":\"ses_5\",", ""), TokenForge.claims("\"sub\":\"usr_ann1\",", ""),
        TokenForge.claims(",\"jti\":\"tok_9\"", ""), TokenForge.claims("\"exp\":1700003600,", ""),
        TokenForge.claims("\"aud\":\"fstore\",", ""), TokenForge.claims("\"iss\":\"fstore\",", ""),
        TokenForge.claims("\"sid\"", "\"sub\":\"usr_bob2\",\"sid\""),
        TokenForge.claims("\"jti\"", "\"exp\":9999999999,\"jti\""),
        TokenForge.claims("\"jti\"", "\"role\":\"operator\",\"jti\""),
        TokenForge.claims("{\"iss\"", "{\"admin\":true,\"iss\""), TokenForge.claims(":1700003600", ": 1700003600"),
        TokenForge.claims("\"iss\":\"fstore\",\"aud\":\"fstore\"", "\"aud\":\"fstore\",\"iss\":\"fstore\""),
        TokenForge.claims("\"sub\"", "\"\\u0073ub\""), TokenForge.claims("\"sub\"", "\"SUB\""),
        // Other types.
        TokenForge.claims("1700003600", "\"1700003600\""), TokenForge.claims("1700003600", "1700003600.0"),
        TokenForge.claims("1700003600", "17000036e2"), TokenForge.claims("1700003600", "-1"),
        TokenForge.claims("1700003600", "+1700003600"), TokenForge.claims("1700003600", "01700003600"),
        TokenForge.claims("1700003600", "null"), TokenForge.claims("1700003600", "9223372036854775807"),
        TokenForge.claims("1700003600", "99999999999999999999"), TokenForge.claims("1700003600", "999999999999"),
        TokenForge.claims("1700003600", "1700000000"), TokenForge.claims("\"nbf\":1700000000", "\"nbf\":1699999999"),
        TokenForge.claims("\"usr_ann1\"", "1"), TokenForge.claims("\"usr_ann1\"", "[\"usr_ann1\"]"),
        TokenForge.claims("\"aud\":\"fstore\"", "\"aud\":[\"fstore\"]"),
        // Texts that are no ids.
        TokenForge.claims("usr_ann1", "ann1"), TokenForge.claims("usr_ann1", "usr_"), TokenForge.claims("usr_ann1", ""),
        TokenForge.claims("usr_ann1", "usr_an\\u006e1"), TokenForge.claims("usr_ann1", "usr_ann1\u{0}"),
        TokenForge.claims("usr_ann1", "usr_änn1"), TokenForge.claims("ses_5", "../5"), TokenForge.claims("ses_5", ""),
        TokenForge.claims("ses_5", String(repeating: "s", count: 65)),
        TokenForge.claims("\"iss\":\"fstore\"", "\"iss\":\"fst\\u006fre\""),
        // No object, more than one, or nothing.
        "[" + TokenForge.honestClaims + "]", TokenForge.honestClaims + TokenForge.honestClaims,
        TokenForge.honestClaims + "\n", "\u{FEFF}" + TokenForge.honestClaims, "{}", "[]", "\"usr_ann1\"", "null", "",
        String(TokenForge.honestClaims.dropLast()), String(TokenForge.honestClaims.prefix(40)),
    ])
    func `claims in another form are refused, whoever signed them`(claims: String) {
        #expect(throws: AccessTokenError.malformed) { try verify(TokenForge.token(claims: claims)) }
    }

    @Test(arguments: ["other", "FSTORE", "fstore ", "", "https://fstore"])
    func `what others issue, or for others, is refused`(name: String) {
        for member in ["iss", "aud"] {
            let claims = TokenForge.claims("\"\(member)\":\"fstore\"", "\"\(member)\":\"\(name)\"")
            #expect(throws: AccessTokenError.foreign) { try verify(TokenForge.token(claims: claims)) }
        }
    }

    @Test func `times that are over or far ahead are refused`() {
        let over = TokenForge.claims("1700003600", "1700000010")
        #expect(throws: AccessTokenError.expired) { try verify(TokenForge.token(claims: over)) }
        let ahead = TokenForge.claims("\"nbf\":1700000000", "\"nbf\":1700000041")
        #expect(throws: AccessTokenError.notYetValid) { try verify(TokenForge.token(claims: ahead)) }
        let made = ahead.replacing("\"iat\":1700000000", with: "\"iat\":1700000041")
        #expect(throws: AccessTokenError.notYetValid) { try verify(TokenForge.token(claims: made)) }
    }

    @Test func `another key is refused`() {
        for secret in [[UInt8](2...33), [UInt8](repeating: 0, count: 32), [UInt8](repeating: 7, count: 32)] {
            #expect(throws: AccessTokenError.badSignature) { try verify(TokenForge.token(secret: secret)) }
        }
    }

    @Test func `claims of one token do not go with the signature of another`() {
        let (one, two) = (parts(TokenForge.token()), parts(TokenForge.token(claims: TokenForge.claims("ann1", "bob2"))))
        #expect(throws: AccessTokenError.badSignature) { try verify([one[0], two[1], one[2]].joined(separator: ".")) }
        #expect(throws: AccessTokenError.badSignature) { try verify([one[0], one[1], two[2]].joined(separator: ".")) }
    }

    @Test func `every changed bit is noticed`() throws {
        let honest = Array(TokenForge.token().utf8)
        _ = try keys.verify(honest.span, at: now)
        for position in honest.indices {
            for bit in 0..<8 {
                var changed = honest
                changed[position] ^= 1 << bit
                #expect(throws: AccessTokenError.self, "\(position), \(bit)") {
                    try keys.verify(changed.span, at: now)
                }
            }
        }
    }

    @Test func `every cut and every byte more is noticed`() {
        let honest = TokenForge.token()
        for count in 0..<honest.utf8.count {
            #expect(throws: AccessTokenError.malformed) { try verify(String(honest.prefix(count))) }
        }
        for more in ["A", "=", ".", "\n", " ", "\0"] {
            #expect(throws: AccessTokenError.malformed) { try verify(honest + more) }
            #expect(throws: AccessTokenError.malformed) { try verify(more + honest) }
        }
    }

    @Test func `a signature of another form is refused`() {
        let (honest, signed) = (TokenForge.token(), parts(TokenForge.token()).prefix(2).joined(separator: "."))
        // None, padded, half of one, and the same bytes in plain base64.
        for signature in [
            "", "====", "AAAA", String(repeating: "A", count: 64), TokenForge.signature(of: signed) + "=",
        ] {
            #expect(throws: AccessTokenError.malformed) { try verify(signed + "." + signature) }
        }
        #expect(throws: AccessTokenError.badSignature) { try verify(signed + "." + String(repeating: "A", count: 43)) }
        // The last character has two bits that belong to no byte: of the four spellings one is right.
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let others = alphabet.filter { $0 != honest.last }
        for character in others {
            #expect(throws: AccessTokenError.self) { try verify(honest.dropLast() + String(character)) }
        }
        #expect(others.count == 63)
    }

    @Test func `claims of another form of base64 are refused, although they are signed`() {
        let header = TokenForge.encoded(TokenForge.honestHeader)
        let claims = TokenForge.encoded(TokenForge.honestClaims)
        for other in [claims + "=", claims + "==", " " + claims, claims.dropLast() + "\n", ""] {
            let signed = header + "." + other
            #expect(throws: AccessTokenError.malformed) {
                try verify(signed + "." + TokenForge.signature(of: signed))
            }
        }
    }

    @Test func `more or fewer parts are refused`() {
        let honest = TokenForge.token()
        let (one, two, three) = (parts(honest)[0], parts(honest)[1], parts(honest)[2])
        for text in [
            "", ".", "..", "...", one, one + "." + two, one + "." + two + ".", "." + two + "." + three,
            honest + "." + three, honest + "..", "." + honest,
            // An encrypted token has five.
            [one, "", two, two, three].joined(separator: "."),
        ] {
            #expect(throws: AccessTokenError.malformed, "\(text)") { try verify(text) }
        }
        #expect(throws: AccessTokenError.badSignature) { try verify(one + ".." + three) }
    }

    @Test func `other credentials are refused`() {
        for text in [
            OpaqueToken.generate(.refresh).text, OpaqueToken.generate(.invitation).text,
            APIKeyCode.generate(userID: 1).text, "Bearer " + TokenForge.token(),
        ] {
            #expect(throws: AccessTokenError.malformed) { try verify(text) }
        }
    }

    @Test(arguments: [1024, 1025, 100_000])
    func `a very long token is refused`(length: Int) {
        let honest = TokenForge.token()
        let padding = length - honest.utf8.count
        let claims = TokenForge.honestClaims.replacing("tok_9", with: String(repeating: "t", count: padding * 3 / 4))
        #expect(throws: AccessTokenError.malformed) { try verify(TokenForge.token(claims: claims)) }
        #expect(throws: AccessTokenError.malformed) { try verify(String(repeating: "e", count: length)) }
        #expect(throws: AccessTokenError.malformed) { try verify(String(repeating: ".", count: length)) }
    }

    @Test func `every refusal has a sentence of its own`() {
        let errors: [AccessTokenError] = [.malformed, .unknownKey, .badSignature, .expired, .notYetValid, .foreign]
        #expect(Set(errors.map(\.description)).count == errors.count)
    }

    private let now: Int64 = 1_700_000_010_000_000_000

    private func parts(_ token: String) -> [String] {
        token.split(separator: ".").map(String.init)
    }

    private func verify(_ text: String) throws(AccessTokenError) -> AccessToken.Claims {
        let text = Array(text.utf8)
        return try keys.verify(text.span, at: now)
    }
}
