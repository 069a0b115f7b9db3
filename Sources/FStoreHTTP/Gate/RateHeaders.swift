internal import FStoreIdentity
internal import FStore
internal import FStoreServices
internal import HTTPTypes

/// What a limit says to the client, as document 001 and the IETF's draft name it.
struct RateHeaders {
    let limit: Int
    let remaining: Int
    /// Seconds since 1970 at which all of the limit is there again.
    let resetEpoch: Int64
    /// Seconds until then.
    let resetSeconds: Int64
    let className: String

    init(_ reading: RateMeter.Reading, _ rate: RateClass, at now: Timestamp) {
        limit = reading.limit
        remaining = reading.remaining
        resetSeconds = Int64((reading.resetNanoseconds + 999_999_999) / 1_000_000_000)
        resetEpoch = now.nanoseconds / 1_000_000_000 + resetSeconds
        className = rate.rawValue
    }

    /// The headers, in the order in which both paths write them.
    var fields: [(name: String, value: String)] {
        [
            ("X-RateLimit-Limit", String(limit)),
            ("X-RateLimit-Remaining", String(remaining)),
            ("X-RateLimit-Reset", String(resetEpoch)),
            ("RateLimit-Policy", "\"\(className)\";q=\(limit);w=60"),
            ("RateLimit", "\"\(className)\";r=\(remaining);t=\(resetSeconds)"),
        ]
    }

    /// The refusal of a request whose address has nothing left.
    static func refusal(_ reading: RateMeter.Reading, _ addressClass: AddressClass) -> APIError {
        let seconds = max(1, (reading.retryNanoseconds + 999_999_999) / 1_000_000_000)
        return APIError(
            status: 429,
            code: .rateLimited,
            message: "\(reading.limit) such requests a minute are allowed for an address, and this one has used them "
                + "up; try again in \(seconds) s",
            details: [
                ("limit", .integer(reading.limit)), ("retry_after_seconds", .integer(Int(seconds))),
                ("class", .text(addressClass.rawValue)),
            ],
            headers: [("Retry-After", String(seconds))]
        )
    }

    /// The refusal of a request for which nothing remains.
    static func refusal(_ reading: RateMeter.Reading, _ rate: RateClass) -> APIError {
        let seconds = max(1, (reading.retryNanoseconds + 999_999_999) / 1_000_000_000)
        return APIError(
            status: 429,
            code: .rateLimited,
            message: "the limit of \(reading.limit) \(rate.rawValue)s a minute is used up; "
                + "try again in \(seconds) s, or ask for a key with a larger rate_limit",
            details: [("limit", .integer(reading.limit)), ("retry_after_seconds", .integer(Int(seconds)))],
            headers: [("Retry-After", String(seconds))]
        )
    }
}
