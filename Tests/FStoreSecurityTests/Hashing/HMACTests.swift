import Testing

@testable import FStoreSecurity

@Suite("HMAC-SHA-256")
struct HMACTests {
    /// The examples of RFC 4231 whose codes are given in full. A short key is the same as one with zeros behind it, and
    /// one of more than 64 bytes the same as its digest: all of them have a form of 32 bytes.
    @Test(
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                [UInt8](1...25), [UInt8](repeating: 0xCD, count: 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array(
                    ("This is a test using a larger than block-size key and a larger than block-size data. "
                        + "The key needs to be hashed before being used by the HMAC algorithm.")
                        .utf8
                ),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
            ),
        ] as [([UInt8], [UInt8], String)]
    )
    func `gives the known answers`(secret: [UInt8], message: [UInt8], expected: String) throws {
        let bytes = secret.count > 64 ? SHA256.digest(of: secret).bytes : secret
        let key = try #require(SealingKey(bytes + [UInt8](repeating: 0, count: 32 - bytes.count)))
        let known = code(of: message, key: key)
        #expect(hexadecimal(known) == expected)
        #expect(isCode(known, of: message, key: key))
    }

    @Test func `another code, another message, another key and a cut code are refused`() throws {
        let key = try #require(SealingKey([UInt8](1...32)))
        let message: [UInt8] = [1, 2, 3]
        let known = code(of: message, key: key)
        for bit in 0..<256 {
            var changed = known
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!isCode(changed, of: message, key: key))
        }
        for other in [[], [1, 2], [1, 2, 3, 0]] as [[UInt8]] { #expect(!isCode(known, of: other, key: key)) }
        for cut in [[], Array(known.dropLast()), known + [0]] { #expect(!isCode(cut, of: message, key: key)) }
        let other = try #require(SealingKey([UInt8](2...33)))
        #expect(!isCode(known, of: message, key: other))
    }

    @Test func `nothing has a code too`() throws {
        let key = try #require(SealingKey([UInt8](repeating: 0, count: 32)))
        let nothing: [UInt8] = []
        // Computed with Python: hmac.new(bytes(32), b"", "sha256").
        let expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        #expect(hexadecimal(code(of: nothing, key: key)) == expected)
    }

    private func code(of message: [UInt8], key: SealingKey) -> [UInt8] {
        HMAC.code(of: message.span, key: key)
    }

    private func isCode(_ code: [UInt8], of message: [UInt8], key: SealingKey) -> Bool {
        HMAC.isCode(code, of: message.span, key: key)
    }
}
