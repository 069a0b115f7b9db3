internal import Glibc

/// Nanoseconds since 1970 UTC.
package typealias UnixNanoseconds = Int64

/// Tells the catalog the time, so that a test can decide it.
package struct CatalogClock: Sendable {
    /// The time now.
    package let now: @Sendable () -> UnixNanoseconds

    /// A clock that asks `now`.
    package init(_ now: @escaping @Sendable () -> UnixNanoseconds) {
        self.now = now
    }

    /// The clock of the system.
    package static let system = CatalogClock {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
