import FStoreSecurity
import Testing

@Suite("Sealed secrets")
struct SecretSealerTests {
    private let sealer: SecretSealer

    init() throws {
        sealer = SecretSealer(key: try #require(SealingKey([UInt8](1...32))))
    }

    @Test(arguments: [0, 1, 15, 16, 17, 64, 10_000])
    func `what was sealed opens to the same bytes`(count: Int) throws {
        let secret = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = sealer.seal(secret, context: "source/a/password")
        #expect(sealed.count == 1 + 24 + count + 16)
        #expect(try sealer.open(sealed, context: "source/a/password") == secret)
    }

    @Test func `the same secret is never sealed the same way twice`() {
        #expect(Set((0..<100).map { _ in sealer.seal([1, 2, 3], context: "c") }).count == 100)
    }

    @Test func `the secret does not occur in what was sealed`() {
        let sealed = sealer.seal(Array("canary-password".utf8), context: "c")
        #expect(!String(decoding: sealed, as: Unicode.ASCII.self).contains("canary"))
    }

    @Test(arguments: 0..<(1 + 24 + 4 + 16))
    func `a changed byte is refused`(position: Int) {
        var sealed = sealer.seal([1, 2, 3, 4], context: "c")
        sealed[position] ^= 1
        #expect(throws: position == 0 ? SealError.unknownVersion(0) : .refused) {
            try sealer.open(sealed, context: "c")
        }
    }

    @Test(arguments: 0..<(1 + 24 + 4 + 16))
    func `a cut secret is refused`(count: Int) {
        let sealed = Array(sealer.seal([1, 2, 3, 4], context: "c").prefix(count))
        #expect(throws: count < 41 ? SealError.malformed : .refused) { try sealer.open(sealed, context: "c") }
    }

    @Test(arguments: ["", "source/b/password", "source/a/passwor", "source/a/password\0"])
    func `another context is refused`(context: String) {
        let sealed = sealer.seal([1], context: "source/a/password")
        #expect(throws: SealError.refused) { try sealer.open(sealed, context: context) }
    }

    @Test func `another key is refused`() throws {
        let other = SecretSealer(key: try #require(SealingKey([UInt8](2...33))))
        #expect(throws: SealError.refused) { try other.open(sealer.seal([1], context: "c"), context: "c") }
    }

    /// What is on disk must open for ever. The ciphertext was computed in Python, through libsodium's
    /// `crypto_aead_xchacha20poly1305_ietf_encrypt`, with the nonce 0 … 23 and the context `source/a/password`.
    @Test func `a secret that was sealed long ago opens`() throws {
        let ciphertext: [UInt8] = [
            0xFD, 0x50, 0xBC, 0x18, 0xAC, 0x6F, 0x35, 0xE2, 0x23, 0xBC, 0x5A,
            0x6D, 0x3B, 0xBD, 0x50, 0x5A, 0x3F, 0x33, 0xCA, 0x92, 0x0E, 0x33, 0x21,
        ]
        let sealed = [1] + [UInt8](0..<24) + ciphertext
        #expect(try sealer.open(sealed, context: "source/a/password") == Array("hunter2".utf8))
    }
}
