import Testing

@testable import FStoreSecurity

@Suite("base64url")
struct Base64URLTests {
    /// The examples of RFC 4648 without their padding, and one of each character that differs from plain base64.
    @Test(
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"), ("~~~???", "fn5-Pz8_"),
        ]
    )
    func `gives the known answers`(plain: String, text: String) {
        #expect(Base64URL.text(of: Array(plain.utf8)) == text)
        #expect(bytes(of: Array(text.utf8)) == Array(plain.utf8))
    }

    @Test func `every length reads back`() {
        for count in 0..<200 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
            let text = Array(Base64URL.text(of: bytes).utf8)
            #expect(self.bytes(of: text) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zm9vY", "Zg==", "Zg=", "Zm8=", "Zm9v=", "=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm+v", "Zm/v", "Zm9\0", "Zm9é",
    ])
    func `another form is refused`(text: String) {
        #expect(bytes(of: Array(text.utf8)) == nil)
    }

    @Test func `bits that belong to no byte are refused`() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let one = alphabet.filter { bytes(of: [UInt8(ascii: "Z"), $0]) != nil }
        #expect(String(decoding: one, as: UTF8.self) == "AQgw")
        let two = alphabet.filter { bytes(of: Array("Zm".utf8) + [$0]) != nil }
        #expect(String(decoding: two, as: UTF8.self) == "AEIMQUYcgkosw048")
    }

    private func bytes(of text: [UInt8]) -> [UInt8]? {
        Base64URL.bytes(of: text.span)
    }
}
