import Testing

@testable import FStoreSecurity

@Suite("API key text")
struct APIKeyCodeTests {
    @Test func `a new key has the documented form and reads back`() throws {
        let code = APIKeyCode.generate(userID: 42)
        #expect(code.text.wholeMatch(of: /fl_42_[0-9A-Za-z]{43}/) != nil)
        #expect(try APIKeyCode(code.text) == code)
        #expect(code.userID == 42)
        #expect(code.digest == SHA256.digest(of: code.text))
    }

    @Test func `no two keys are the same`() {
        #expect(Set((0..<1000).map { _ in APIKeyCode.generate(userID: 1).text }).count == 1000)
    }

    @Test func `all 256 bits reach the text`() {
        let none = APIKeyCode.generate(userID: 1, random: [UInt8](repeating: 0, count: 32))
        #expect(none.text == "fl_1_" + String(repeating: "0", count: 43))
        // 2^256 - 1 in base 62, computed with Python.
        let all = APIKeyCode.generate(userID: 1, random: [UInt8](repeating: 255, count: 32))
        #expect(all.text == "fl_1_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1")
        var texts: Set<String> = [none.text]
        for bit in 0..<256 {
            var random = [UInt8](repeating: 0, count: 32)
            random[bit / 8] = 1 << (bit % 8)
            texts.insert(APIKeyCode.generate(userID: 1, random: random).text)
        }
        #expect(texts.count == 257)
    }

    @Test func `lists and descriptions show four characters of the random part`() throws {
        let code = try APIKeyCode("fl_7_AbCdEFGHIJKLMNOPQRSTUVWXYZ012345")
        #expect(code.prefix == "fl_7_AbCd…")
        var dumped = ""
        dump(code, to: &dumped)
        for shown in ["\(code)", String(reflecting: code), dumped] {
            #expect(shown.contains("AbCd…") && !shown.contains("AbCdE"))
        }
    }

    @Test(
        arguments: [
            ("", .noPrefix), ("fl", .noPrefix), ("FL_1_" + random(43), .noPrefix), (" fl_1_" + random(43), .noPrefix),
            ("fl_", .userID), ("fl_1", .userID), ("fl__" + random(43), .userID), ("fl_01_" + random(43), .userID),
            ("fl_0_" + random(43), .userID), ("fl_-1_" + random(43), .userID), ("fl_+1_" + random(43), .userID),
            ("fl_x_" + random(43), .userID), ("fl_9007199254740992_" + random(43), .userID),
            ("fl_99999999999999999999_" + random(43), .userID), ("fl_１_" + random(43), .userID),
            ("fl_1_", .tooShort), ("fl_1_" + random(31), .tooShort), ("fl_1_" + random(42) + "_", .character),
            ("fl_1_" + random(42) + "\n", .character), ("fl_1_" + random(42) + "é", .character),
            ("fl_1_" + random(42) + "\0", .character), ("fl_1_" + random(196), .tooLong),
        ] as [(String, APIKeyCodeError)]
    )
    func `what is no key is refused with the reason`(text: String, reason: APIKeyCodeError) {
        #expect(throws: reason) { try APIKeyCode(text) }
        #expect(!reason.description.contains(random(31)))
    }

    @Test(arguments: ["fl_1_" + random(32), "fl_1_" + random(195), "fl_9007199254740991_" + random(43)])
    func `what lies on the limits is a key`(text: String) throws {
        #expect(try APIKeyCode(text).text == text)
    }
}

private func random(_ count: Int) -> String {
    String(repeating: "aZ09", count: count / 4 + 1).prefix(count).description
}
