internal import CSodium

/// Seals secrets for storage: XChaCha20-Poly1305, with a random nonce for each.
///
/// A sealed secret is `version (1 byte) · nonce (24) · ciphertext · tag (16)`. The version and the context are
/// authenticated with it: what was sealed for one place cannot be opened as another's, even by one who can write to
/// the catalog.
package struct SecretSealer: Sendable {
    /// The first byte of what is sealed today.
    private static let version: UInt8 = 1
    private static let nonceCount = 24
    private static let tagCount = 16

    private let key: SealingKey

    /// A sealer with `key`.
    package init(key: SealingKey) {
        Sodium.start()
        self.key = key
    }

    /// Seals `plaintext`.
    ///
    /// - Parameter context: names the place of the secret and nothing else, such as
    ///   `source/<source id>/<name of the field>`. Opening takes the same one.
    package func seal(_ plaintext: [UInt8], context: String) -> [UInt8] {
        let header = [Self.version] + SystemRandom.bytes(Self.nonceCount)
        let nonce = Array(header.dropFirst())
        let additional = [Self.version] + Array(context.utf8)
        let ciphertext = unsafe [UInt8](unsafeUninitializedCapacity: plaintext.count + Self.tagCount) { buffer, count in
            var written: UInt64 = 0
            guard let target = buffer.baseAddress else { return }
            let status = unsafe key.withBytes { keyBytes in
                unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                    target,
                    &written,
                    plaintext,
                    UInt64(plaintext.count),
                    additional,
                    UInt64(additional.count),
                    nil,
                    nonce,
                    keyBytes
                )
            }
            precondition(status == 0, "the cipher refuses only lengths that no memory has")
            count = Int(written)
        }
        return header + ciphertext
    }

    /// The plaintext of what ``seal(_:context:)`` returned.
    package func open(_ sealed: [UInt8], context: String) throws(SealError) -> [UInt8] {
        guard let version = sealed.first else { throw .malformed }
        guard version == Self.version else { throw .unknownVersion(version) }
        let plaintextCount = sealed.count - 1 - Self.nonceCount - Self.tagCount
        guard plaintextCount >= 0 else { throw .malformed }
        let nonce = Array(sealed[1...Self.nonceCount])
        let ciphertext = Array(sealed[(1 + Self.nonceCount)...])
        let additional = [version] + Array(context.utf8)

        var status: Int32 = -1
        // One byte more than needed: an array of none has no address to give.
        let plaintext = unsafe [UInt8](unsafeUninitializedCapacity: plaintextCount + 1) { buffer, count in
            var written: UInt64 = 0
            status = unsafe key.withBytes { keyBytes in
                unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                    buffer.baseAddress,
                    &written,
                    nil,
                    ciphertext,
                    UInt64(ciphertext.count),
                    additional,
                    UInt64(additional.count),
                    nonce,
                    keyBytes
                )
            }
            count = status == 0 ? Int(written) : 0
        }
        guard status == 0 else { throw .refused }
        return plaintext
    }
}
