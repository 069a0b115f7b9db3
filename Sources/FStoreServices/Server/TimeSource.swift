package import FStore
internal import Glibc

/// The two clocks of the server, as values, so that tests decide what time it is.
package struct TimeSource: Sendable {
    /// The time of day.
    package let now: @Sendable () -> Timestamp
    /// Nanoseconds of a clock that never steps back: limits and durations are counted by it.
    package let monotonic: @Sendable () -> UInt64

    package init(now: @escaping @Sendable () -> Timestamp, monotonic: @escaping @Sendable () -> UInt64) {
        self.now = now
        self.monotonic = monotonic
    }

    /// The clocks of the system.
    package static let system = TimeSource(
        now: { .now() },
        monotonic: {
            var time = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        }
    )
}
