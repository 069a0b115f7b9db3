internal import CSodium

/// HMAC-SHA-256 (RFC 2104) with a key of 32 bytes.
enum HMAC {
    /// The length of every code in bytes.
    static let byteCount = 32

    /// The code of `message`.
    static func code(of message: Span<UInt8>, key: SealingKey) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: byteCount)
        _ = unsafe message.withUnsafeBufferPointer { message in
            unsafe key.withBytes { key in
                unsafe crypto_auth_hmacsha256(&code, message.baseAddress, UInt64(message.count), key)
            }
        }
        return code
    }

    /// Whether `code` is the code of `message`. How long it takes does not tell how many bytes of it are right.
    static func isCode(_ code: [UInt8], of message: Span<UInt8>, key: SealingKey) -> Bool {
        guard code.count == byteCount else { return false }
        return unsafe message.withUnsafeBufferPointer { message in
            unsafe key.withBytes { key in
                unsafe crypto_auth_hmacsha256_verify(code, message.baseAddress, UInt64(message.count), key) == 0
            }
        }
    }
}
