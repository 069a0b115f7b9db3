internal import Glibc

/// A moment: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Reaches from 1677-09-21T00:12:43.145224192Z to 2262-04-11T23:47:16.854775807Z; every value in between is valid.
/// Used for event times (when something was true) and for commit times (when the store learned it).
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanoseconds: Int64

    /// A moment by its nanoseconds since 1970-01-01T00:00:00Z.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// A moment by its seconds since 1970-01-01T00:00:00Z, or `nil` outside of the years 1677 to 2262.
    public init?(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return nil }
        nanoseconds = product
    }

    /// The first moment that can be expressed, in 1677.
    public static let earliest = Timestamp(nanoseconds: .min)
    /// The last moment that can be expressed, in 2262.
    public static let last = Timestamp(nanoseconds: .max)

    /// The system's clock.
    public static func now() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    /// Earlier moments come first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The moment `duration` later, held at ``earliest`` and ``last``. Less than a nanosecond is cut off.
    public func advanced(by duration: Duration) -> Timestamp {
        guard let step = duration.wholeNanoseconds else { return duration < .zero ? .earliest : .last }
        let (sum, overflow) = nanoseconds.addingReportingOverflow(step)
        if overflow { return step < 0 ? .earliest : .last }
        return Timestamp(nanoseconds: sum)
    }
}

extension Duration {
    /// Whole nanoseconds, or `nil` where `Int64` does not reach (292 years).
    var wholeNanoseconds: Int64? {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carried ? nil : sum
    }

    /// Whole nanoseconds, held at the limits of `Int64`.
    var clampedNanoseconds: Int64 {
        wholeNanoseconds ?? (self < .zero ? .min : .max)
    }
}
