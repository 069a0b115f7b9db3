/// How a column tells its times.
package enum TimeUnit: String, CaseIterable, Sendable {
    /// Text such as `2025-02-20T16:02:34Z`.
    case rfc3339
    /// Seconds since 1970, fractions allowed.
    case seconds = "s"
    /// Milliseconds since 1970.
    case milliseconds = "ms"
    /// Microseconds since 1970.
    case microseconds = "us"
    /// Nanoseconds since 1970.
    case nanoseconds = "ns"

    /// One unit is ten to the power of this many nanoseconds.
    package var decimals: Int {
        switch self {
        case .rfc3339, .nanoseconds: 0
        case .seconds: 9
        case .milliseconds: 6
        case .microseconds: 3
        }
    }

    /// The word for people.
    package var plural: String {
        switch self {
        case .rfc3339: "texts"
        case .seconds: "seconds"
        case .milliseconds: "milliseconds"
        case .microseconds: "microseconds"
        case .nanoseconds: "nanoseconds"
        }
    }
}
