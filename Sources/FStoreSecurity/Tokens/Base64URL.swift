internal import CSodium

/// Base64 with `-` and `_`, without padding (RFC 4648, section 5). Each sequence of bytes has exactly one text.
enum Base64URL {
    private static let variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING

    /// `bytes` as text.
    static func text(of bytes: [UInt8]) -> String {
        let count = (bytes.count * 4 + 2) / 3
        // One more than needed: C ends a text with a zero byte.
        var text = [CChar](repeating: 0, count: count + 1)
        _ = unsafe sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The bytes that `text` stands for.
    ///
    /// `nil` when a character is not one of the 64, when padding follows, when the last character stands alone, and
    /// when it has bits that belong to no byte: otherwise one signature would have four texts.
    static func bytes(of text: Span<UInt8>) -> [UInt8]? {
        let capacity = text.count * 3 / 4
        // One byte more than needed: an array of none has no address to give.
        var bytes = [UInt8](repeating: 0, count: capacity + 1)
        var count = 0
        let status = unsafe text.withUnsafeBytes { text in
            unsafe sodium_base642bin(
                &bytes,
                bytes.count,
                text.baseAddress?.assumingMemoryBound(to: CChar.self),
                text.count,
                nil,
                &count,
                nil,
                variant
            )
        }
        guard status == 0 else { return nil }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
