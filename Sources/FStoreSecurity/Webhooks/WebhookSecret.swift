internal import CSodium

/// The key that a webhook's deliveries are signed with (Standard Webhooks 1.0).
package struct WebhookSecret: Hashable, Sendable {
    /// What the text of a key begins with.
    private static let mark = "whsec_"
    /// Fewer bytes than these can be guessed.
    private static let strongBytes = 24
    private static let signatureBytes = 32

    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Parameter text: `whsec_` and base64; any other text is taken as its bytes.
    package init?(_ text: String) {
        if text.hasPrefix(Self.mark) {
            guard let bytes = Self.base64Bytes(text.dropFirst(Self.mark.count)), !bytes.isEmpty else { return nil }
            self.bytes = bytes
        } else {
            guard !text.isEmpty else { return nil }
            bytes = Array(text.utf8)
        }
    }

    /// A new one of 32 random bytes.
    package static func generate() -> WebhookSecret { WebhookSecret(bytes: SystemRandom.bytes(32)) }

    /// The key as libraries for Standard Webhooks take it.
    package var text: String { Self.mark + Self.base64(bytes) }

    package var isWeak: Bool { bytes.count < Self.strongBytes }

    /// Base64 with the usual alphabet and padding.
    private static func base64(_ bytes: [UInt8]) -> String {
        let text = Base64URL.text(of: bytes).replacing("-", with: "+").replacing("_", with: "/")
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    private static func base64Bytes(_ text: Substring) -> [UInt8]? {
        let plain = text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let bytes = String(plain).utf8Span
        return Base64URL.bytes(of: bytes.span)
    }

    /// `v1,…`: the signature of a body with its id and time.
    package func signature(of body: String, id: String, time: String) -> String {
        let message = Array("\(id).\(time).\(body)".utf8)
        var state = crypto_auth_hmacsha256_state()
        var code = [UInt8](repeating: 0, count: Self.signatureBytes)
        unsafe crypto_auth_hmacsha256_init(&state, bytes, bytes.count)
        unsafe crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
        unsafe crypto_auth_hmacsha256_final(&state, &code)
        return "v1," + Self.base64(code)
    }
}
