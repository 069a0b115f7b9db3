import FStoreSecurity
import Testing

@Suite("Opaque tokens")
struct OpaqueTokenTests {
    @Test(arguments: OpaqueToken.Kind.allCases)
    func `a new token has the documented form and reads back`(kind: OpaqueToken.Kind) throws {
        let token = OpaqueToken.generate(kind)
        #expect(token.text.wholeMatch(of: /fl[ri]_[0-9A-Za-z]{43}/) != nil)
        #expect(token.text.hasPrefix(kind.rawValue))
        #expect(OpaqueToken(token.text, as: kind) == token)
        #expect(token.digest == SHA256.digest(of: token.text))
    }

    @Test func `the prefixes are those of the documents`() {
        #expect(OpaqueToken.generate(.refresh).text.hasPrefix("flr_"))
        #expect(OpaqueToken.generate(.invitation).text.hasPrefix("fli_"))
    }

    @Test func `no two tokens are the same`() {
        #expect(Set((0..<1000).map { _ in OpaqueToken.generate(.refresh).text }).count == 1000)
    }

    @Test func `one kind is never taken for another`() {
        #expect(OpaqueToken(OpaqueToken.generate(.refresh).text, as: .invitation) == nil)
        #expect(OpaqueToken(OpaqueToken.generate(.invitation).text, as: .refresh) == nil)
    }

    @Test(arguments: [
        "", "flr_", "flr_" + digits(42), "flr_" + digits(44), "FLR_" + digits(43), "fl_1_" + digits(42),
        " flr_" + digits(42), "flr_" + digits(42) + "\n", "flr_" + digits(42) + "-", "flr_" + digits(42) + "\0",
        "flr_" + digits(41) + "é", "flr_" + digits(40) + "１",
    ])
    func `what is no token is refused`(text: String) {
        #expect(OpaqueToken(text, as: .refresh) == nil)
    }

    @Test func `lists and descriptions show four characters of the random part`() throws {
        let token = try #require(OpaqueToken("flr_AbCd" + digits(39), as: .refresh))
        #expect(token.prefix == "flr_AbCd…")
        var dumped = ""
        dump(token, to: &dumped)
        for shown in ["\(token)", String(reflecting: token), "\([token])", dumped] {
            #expect(shown.contains("AbCd…") && !shown.contains("AbCd" + digits(1)))
        }
    }
}

private func digits(_ count: Int) -> String {
    String(repeating: "aZ09", count: count / 4 + 1).prefix(count).description
}
