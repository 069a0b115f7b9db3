internal import FStoreIdentity
internal import FStore
internal import FStoreServices
internal import HTTPTypes

/// What a limit says to the client, as document 001 and the IETF's draft name it.
struct RateHeaders {
    let limit: Int
    let remaining: Int
    /// Seconds since 1970 at which all of the limit is there again.
    let resetEpoch: Int
    /// Seconds until then.
    let resetSeconds: Int
    let policy: String

    init(_ reading: RateMeter.Reading, at now: Timestamp) {
        limit = reading.limit
        remaining = reading.remaining
        resetSeconds = Int((reading.resetNanoseconds + 999_999_999) / 1_000_000_000)
        resetEpoch = Int(now.nanoseconds / 1_000_000_000) + resetSeconds
        policy = reading.policy.name
    }

    /// Tells the headers piece by piece, in the order in which both paths write them: a name, the texts and numbers of
    /// its value, the end. The fast path puts the pieces into its answer, so that nothing is allocated.
    func write(
        name: (String) -> Void,
        text: (String) -> Void,
        number: (Int) -> Void,
        end: () -> Void
    ) {
        name("X-RateLimit-Limit")
        number(limit)
        end()
        name("X-RateLimit-Remaining")
        number(remaining)
        end()
        name("X-RateLimit-Reset")
        number(resetEpoch)
        end()
        name("RateLimit-Policy")
        quotePolicy(text)
        text(";q=")
        number(limit)
        text(";w=60")
        end()
        name("RateLimit")
        quotePolicy(text)
        text(";r=")
        number(remaining)
        text(";t=")
        number(resetSeconds)
        end()
    }

    private func quotePolicy(_ text: (String) -> Void) {
        text("\"")
        text(policy)
        text("\"")
    }

    /// The same as names and values.
    var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        var current = (name: "", value: "")
        write(
            name: { current = ($0, "") },
            text: { current.value += $0 },
            number: { current.value += String($0) },
            end: { fields.append(current) }
        )
        return fields
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
