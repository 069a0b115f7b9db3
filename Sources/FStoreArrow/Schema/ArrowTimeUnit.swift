/// What a timestamp counts. The raw value is the code of the format.
package enum ArrowTimeUnit: Int16, Hashable, Sendable, CaseIterable {
    case seconds, milliseconds, microseconds, nanoseconds

    /// As Arrow's own programs write it.
    package var symbol: String {
        switch self {
        case .seconds: "s"
        case .milliseconds: "ms"
        case .microseconds: "us"
        case .nanoseconds: "ns"
        }
    }

    var nanoseconds: Int64 {
        switch self {
        case .seconds: 1_000_000_000
        case .milliseconds: 1_000_000
        case .microseconds: 1000
        case .nanoseconds: 1
        }
    }
}
