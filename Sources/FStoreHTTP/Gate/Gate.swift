internal import FStore
internal import FStoreCatalog
internal import FStoreSecurity
internal import FStoreServices

/// Decides who gets in: the key, the role, the limit. Both paths ask the same gate.
struct Gate: Sendable {
    let keys: KeyTable

    /// The key with this text, if it opens anything now.
    func entry(for key: Span<UInt8>, at now: Timestamp) -> KeyEntry? {
        guard (8...256).contains(key.count), let entry = keys.entry(for: SHA256.digest(of: key)),
            entry.isValid(at: now.nanoseconds)
        else { return nil }
        return entry
    }

    /// The key in an `Authorization` and an `X-API-Key` header.
    ///
    /// - Throws: 400 when both are there and differ, 401 when neither names a key that opens anything.
    func entry(authorization: String?, apiKey: String?, at now: Timestamp) throws(APIError) -> KeyEntry? {
        var text = apiKey
        if let authorization {
            guard let token = Self.bearerToken(authorization) else { throw .authentication() }
            if let apiKey, apiKey != token {
                throw .malformed("Authorization and X-API-Key name different keys; send one of them")
            }
            text = token
        }
        guard let text else { return nil }
        let utf8 = text.utf8Span
        guard let entry = entry(for: utf8.span, at: now) else { throw .authentication() }
        return entry
    }

    /// The token of `Bearer <token>`, whatever the case of the scheme.
    private static func bearerToken(_ header: String) -> String? {
        guard header.utf8.count > 7,
            header.utf8.prefix(7).map({ $0 | 0x20 }) == Array("bearer ".utf8).map({ $0 | 0x20 })
        else { return nil }
        return String(header.dropFirst(7).drop { $0 == " " })
    }

    /// Whether `entry` may use an operation.
    static func check(_ access: Access, _ entry: KeyEntry?) throws(APIError) {
        guard case .role(let role) = access else { return }
        guard let entry else { throw .authentication() }
        if entry.principal.role < role {
            throw .forbidden(
                "this needs the role \(role.rawValue); the key has the role \(entry.principal.role.rawValue)"
            )
        }
    }

    /// Counts a request against the limit of its class. `nil` when there is none.
    static func count(_ rate: RateClass, _ entry: KeyEntry?, at monotonic: UInt64) -> RateMeter.Reading? {
        switch rate {
        case .read: entry?.reads?.admit(at: monotonic)
        case .write: entry?.writes?.admit(at: monotonic)
        case .exempt: nil
        }
    }
}
