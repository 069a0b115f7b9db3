import Testing

@testable import FStoreSecurity

@Suite("Access tokens")
struct AccessTokenTests {
    private let keys: TokenKeys
    private let claims: AccessToken.Claims

    init() throws {
        keys = TokenKeys(signing: try #require(TokenKey(id: "k1", bytes: TokenForge.secret)))
        claims = try #require(
            AccessToken.Claims(
                userID: "usr_ann1",
                sessionID: "ses_5",
                tokenID: "tok_9",
                issuedAtSeconds: 1_700_000_000,
                expiresAtSeconds: 1_700_003_600
            )
        )
    }

    /// Made with PyJWT 2.15, which also reads it: `jwt.encode(claims, key, "HS256", {"kid": "k1", "typ": "at+jwt"},
    /// sort_headers=True)`.
    private let known =
        "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiYXQrand0In0"
        + ".eyJpc3MiOiJmc3RvcmUiLCJhdWQiOiJmc3RvcmUiLCJzdWIiOiJ1c3JfYW5uMSIsInNpZCI6InNlc181IiwiaWF0IjoxNzAwMDAwMDAw"
        + "LCJuYmYiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMzYwMCwianRpIjoidG9rXzkifQ"
        + ".JBA3Dgt5UI3n5tqd3uO8nDG8zQFOMU5wpDmOgjOHHIA"

    @Test func `a token is what another program makes of the same claims`() throws {
        #expect(AccessToken.issue(claims, with: keys) == known)
        #expect(try verify(known) == claims)
    }

    @Test func `it says what it was issued with`() throws {
        let read = try verify(AccessToken.issue(claims, with: keys))
        #expect(read == claims)
        #expect(read.userID == "usr_ann1" && read.sessionID == "ses_5" && read.tokenID == "tok_9")
        #expect(read.issuedAtSeconds == 1_700_000_000 && read.notBeforeSeconds == 1_700_000_000)
        #expect(read.expiresAtSeconds == 1_700_003_600)
    }

    @Test func `it ends with the second that it names`() throws {
        _ = try verify(known, seconds: 1_700_003_599, nanoseconds: 999_999_999)
        #expect(throws: AccessTokenError.expired) { try verify(known, seconds: 1_700_003_600) }
        #expect(throws: AccessTokenError.expired) { try verify(known, seconds: 9_000_000_000) }
    }

    @Test func `it may have been made up to 30 seconds ahead`() throws {
        _ = try verify(known, seconds: 1_699_999_970)
        #expect(throws: AccessTokenError.notYetValid) {
            try verify(known, seconds: 1_699_999_969, nanoseconds: 999_999_999)
        }
        #expect(throws: AccessTokenError.notYetValid) { try verify(known, seconds: 0) }
    }

    @Test func `the key before is accepted until it is dropped`() throws {
        let second = try #require(TokenKey(id: "k2", bytes: [UInt8](2...33)))
        let rotated = TokenKeys(signing: second, earlier: keys.signing)
        #expect(try verify(known, with: rotated) == claims)
        let token = AccessToken.issue(claims, with: rotated)
        #expect(token != known)
        #expect(try verify(token, with: rotated) == claims)
        #expect(throws: AccessTokenError.unknownKey) { try verify(known, with: TokenKeys(signing: second)) }
        #expect(throws: AccessTokenError.unknownKey) { try verify(token) }
        // The id of one key with the signature of the other.
        let crossed = TokenForge.token(secret: [UInt8](2...33))
        #expect(throws: AccessTokenError.badSignature) { try verify(crossed, with: rotated) }
    }

    @Test func `the longest ids fit and a longer one does not`() throws {
        let long = String(repeating: "z", count: 64)
        let key = try #require(TokenKey(id: String(repeating: "k", count: 32), bytes: TokenForge.secret))
        let keys = TokenKeys(signing: key)
        let claims = try #require(
            AccessToken.Claims(
                userID: "usr_" + long.dropLast(4),
                sessionID: long,
                tokenID: long,
                issuedAtSeconds: 253_402_300_798,
                expiresAtSeconds: 253_402_300_799
            )
        )
        let token = AccessToken.issue(claims, with: keys)
        #expect(token.utf8.count <= AccessToken.maximumLength)
        #expect(throws: AccessTokenError.notYetValid) { try verify(token, with: keys) }
        #expect(TokenKey(id: String(repeating: "k", count: 33), bytes: TokenForge.secret) == nil)
    }

    @Test(arguments: ["", "a b", "a.b", "../k", "k\"", "é", "k\0"])
    func `a key has an id that needs no escapes, and 32 bytes`(id: String) {
        #expect(TokenKey(id: id, bytes: TokenForge.secret) == nil)
        for count in [0, 31, 33] { #expect(TokenKey(id: "k1", bytes: [UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test(
        arguments: [
            ("ann", "s", "t", 0, 1), ("usr_", "s", "t", 0, 1), ("usr_a\"", "s", "t", 0, 1), ("usr_a", "", "t", 0, 1),
            ("usr_a", "s,", "t", 0, 1), ("usr_a", "s", "", 0, 1), ("usr_a", "s", "é", 0, 1), ("usr_a", "s", "t", 1, 1),
            ("usr_a", "s", "t", 2, 1), ("usr_a", "s", "t", -1, 1), ("usr_a", "s", "t", 0, 253_402_300_800),
            ("usr_" + String(repeating: "a", count: 61), "s", "t", 0, 1),
        ] as [(String, String, String, Int64, Int64)]
    )
    func `claims that could not be read back are not made`(
        user: String,
        session: String,
        token: String,
        from: Int64,
        until: Int64
    ) {
        let claims = AccessToken.Claims(
            userID: user,
            sessionID: session,
            tokenID: token,
            issuedAtSeconds: from,
            expiresAtSeconds: until
        )
        #expect(claims == nil)
    }

    @Test func `no description shows the bytes of a key`() throws {
        let key = try #require(TokenKey(id: "k1", bytes: [UInt8](repeating: 173, count: 32)))
        var dumped = ""
        dump(TokenKeys(signing: key), to: &dumped)
        for shown in ["\(key)", String(reflecting: key), dumped] {
            #expect(shown.contains("k1"))
            #expect(!shown.contains("173") && !shown.contains("rayt") && !shown.lowercased().contains("adad"))
        }
    }

    private func verify(
        _ text: String,
        with other: TokenKeys? = nil,
        seconds: Int64 = 1_700_000_010,
        nanoseconds: Int64 = 0
    ) throws(AccessTokenError) -> AccessToken.Claims {
        let text = Array(text.utf8)
        return try (other ?? keys).verify(text.span, at: seconds * 1_000_000_000 + nanoseconds)
    }
}
