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
    let policy: String

    init(_ reading: RateMeter.Reading, at now: Timestamp) {
        limit = reading.limit
        remaining = reading.remaining
        resetSeconds = Int64((reading.resetNanoseconds + 999_999_999) / 1_000_000_000)
        resetEpoch = now.nanoseconds / 1_000_000_000 + resetSeconds
        policy = reading.policy.name
    }

    /// The headers, in the order in which both paths write them.
    var fields: [(name: String, value: String)] {
        [
            ("X-RateLimit-Limit", String(limit)),
            ("X-RateLimit-Remaining", String(remaining)),
            ("X-RateLimit-Reset", String(resetEpoch)),
            ("RateLimit-Policy", "\"\(policy)\";q=\(limit);w=60"),
            ("RateLimit", "\"\(policy)\";r=\(remaining);t=\(resetSeconds)"),
        ]
    }

    /// The refusal of a request whose address has nothing left.
    static func refusal(_ reading: RateMeter.Reading, _ addressClass: AddressClass) -> APIError {
        let seconds = max(1, (reading.retryNanoseconds + 999_999_999) / 1_000_000_000)
        return APIError(
            status: 429,
            code: .rateLimited,
            message: message(reading, seconds: seconds),
            details: [
                ("limit", .integer(reading.limit)), ("retry_after_seconds", .integer(Int(seconds))),
                ("class", .text(addressClass.rawValue)),
            ],
            headers: [("Retry-After", String(seconds))]
        )
    }

    /// The refusal of a request for which nothing remains.
    static func refusal(_ reading: RateMeter.Reading) -> APIError {
        let seconds = max(1, (reading.retryNanoseconds + 999_999_999) / 1_000_000_000)
        return APIError(
            status: 429,
            code: .rateLimited,
            message: message(reading, seconds: seconds),
            details: [("limit", .integer(reading.limit)), ("retry_after_seconds", .integer(Int(seconds)))],
            headers: [("Retry-After", String(seconds))]
        )
    }

    private static func message(_ reading: RateMeter.Reading, seconds: UInt64) -> String {
        switch reading.policy {
        case .rate(let rate):
            "the limit of \(reading.limit) \(rate.rawValue)s a minute is used up; "
                + "try again in \(seconds) s, or ask for a key with a larger rate_limit"
        case .operation:
            "the limit of this operation, \(reading.limit) requests a minute, is used up; try again in \(seconds) s"
        case .address:
            "\(reading.limit) such requests a minute are allowed for an address, and this one has used them up; "
                + "try again in \(seconds) s"
        }
    }
}
