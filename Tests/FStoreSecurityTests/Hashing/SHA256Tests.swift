import FStoreSecurity
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    /// The examples of FIPS 180-4 and the empty message, in hexadecimal digits.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func `gives the known answers`(text: String, expected: String) {
        let bytes = Array(text.utf8)
        #expect(hexadecimal(SHA256.digest(of: bytes).bytes) == expected)
        #expect(hexadecimal(SHA256.digest(of: bytes.span).bytes) == expected)
        #expect(hexadecimal(SHA256.digest(of: text).bytes) == expected)
        #expect(hexadecimal(unsafe bytes.withUnsafeBytes { unsafe SHA256.digest(of: $0) }.bytes) == expected)
    }

    @Test func `a stored digest is the one that was stored`() throws {
        let digest = SHA256.digest(of: "abc")
        #expect(Digest(digest.bytes) == digest)
        #expect(Set([digest]).contains(try #require(Digest(digest.bytes))))
    }

    @Test(arguments: [0, 8, 16, 24, 31])
    func `digests that differ in one byte differ`(position: Int) throws {
        var bytes = SHA256.digest(of: "abc").bytes
        bytes[position] ^= 1
        #expect(try #require(Digest(bytes)) != SHA256.digest(of: "abc"))
    }

    @Test(arguments: [0, 31, 33])
    func `a digest has 32 bytes`(count: Int) {
        #expect(Digest([UInt8](repeating: 0, count: count)) == nil)
    }
}

/// `bytes` as hexadecimal digits.
func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
