internal import ArgumentParser

/// How a column tells its times.
enum TimeUnit: String, CaseIterable, ExpressibleByArgument {
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

    /// Nanoseconds of one unit.
    var nanoseconds: Int64 {
        switch self {
        case .rfc3339, .nanoseconds: 1
        case .seconds: 1_000_000_000
        case .milliseconds: 1_000_000
        case .microseconds: 1000
        }
    }
}
