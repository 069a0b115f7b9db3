extension SealingKey {
    /// A key for one purpose: HMAC-SHA-256 of `label` under this key.
    ///
    /// The same label always gives the same key, two labels give keys that tell nothing of each other or of this one.
    ///
    /// - Parameter label: names the purpose and the form of what it protects, such as `audit link 1`.
    package func derived(for label: String) -> SealingKey {
        guard let key = SealingKey(HMAC.code(of: Array(label.utf8).span, key: self)) else {
            preconditionFailure("the system has no memory for a key of 32 bytes")
        }
        return key
    }
}
