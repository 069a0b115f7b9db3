internal import FStoreIdentity
internal import FStore
internal import FStoreServices

/// The credential that the headers of a request name.
enum CredentialHeaders {
    /// The credential in an `Authorization` and an `X-API-Key` header; `nil` when there is none.
    ///
    /// - Throws: 400 when both are there and differ, 401 when neither names a key that opens anything.
    static func entry(
        authorization: String?,
        apiKey: String?,
        gate: Gate,
        at time: RequestTime
    ) throws(APIError) -> CredentialEntry? {
        var text = apiKey
        if let authorization {
            guard let token = bearerToken(authorization) else { throw .authentication() }
            if let apiKey, apiKey != token {
                throw .malformed("Authorization and X-API-Key name different keys; send one of them")
            }
            text = token
        }
        guard let text else { return nil }
        let utf8 = text.utf8Span
        if let entry = gate.entry(for: utf8.span, at: time.now.nanoseconds) { return entry }
        throw gate.isExpiredToken(utf8.span, at: time.now.nanoseconds) ? .tokenExpired() : .authentication()
    }

    /// The token of `Bearer <token>`, whatever the case of the scheme.
    static func bearerToken(_ header: String) -> String? {
        guard header.utf8.count > 7,
            header.utf8.prefix(7).map({ $0 | 0x20 }) == Array("bearer ".utf8).map({ $0 | 0x20 })
        else { return nil }
        return String(header.dropFirst(7).drop { $0 == " " })
    }
}

extension APIError {
    /// Why the gate did not let a request in.
    init(_ refusal: Gate.Refusal) {
        switch refusal {
        case .unauthenticated: self = .authentication()
        case .roleTooLow(let needed, let given):
            self = .forbidden("this needs the role \(needed.rawValue); the key has the role \(given.rawValue)")
        case .limited(let reading): self = RateHeaders.refusal(reading)
        case .addressLimited(let reading, let addressClass): self = RateHeaders.refusal(reading, addressClass)
        case .overQuota(let refusal): self.init(refusal)
        case .closed(let closure): self = .unavailable(closure.message, retryAfterSeconds: closure.retryAfterSeconds)
        }
    }
}

extension APIError {
    /// The answer to a write that exceeds a quota.
    init(_ refusal: QuotaRefusal) {
        switch refusal {
        case .writes(let limit, let retry):
            let seconds = max(1, (retry + 999_999_999) / 1_000_000_000)
            self.init(
                status: 429,
                code: .rateLimited,
                message: "the organization may write \(limit) values a second, and has; try again in \(seconds) s",
                details: [
                    ("quota", .text("max_writes_per_second")), ("limit", .integer(Int(limit))),
                    ("retry_after_seconds", .integer(Int(seconds))),
                ],
                headers: [("Retry-After", String(seconds))]
            )
        case .storedBytes(let limit, let stored):
            self.init(
                status: 507,
                code: .storageFull,
                message: "the organization may store \(limit) bytes and has \(stored); delete features or erase "
                    + "entities, which counts within a minute, or ask the operator for more",
                details: [
                    ("quota", .text("max_stored_bytes")), ("limit", .integer(Int(limit))),
                    ("stored_bytes", .integer(Int(stored))),
                ]
            )
        }
    }
}
