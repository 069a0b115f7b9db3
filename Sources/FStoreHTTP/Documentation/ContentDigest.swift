internal import FStoreSecurity

/// A short name of some content, for `ETag` and for addresses that may be kept for ever.
enum ContentDigest {
    /// 32 hexadecimal digits: half of the SHA-256.
    static func text(of bytes: [UInt8]) -> String {
        var text = ""
        for byte in SHA256.digest(of: bytes.span).bytes.prefix(16) {
            text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        return text
    }
}
