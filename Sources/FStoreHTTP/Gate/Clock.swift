internal import FStore
internal import Glibc

/// The two clocks of a request, read once.
struct Clock: Sendable {
    /// The time of day.
    let now: Timestamp
    /// Nanoseconds of a clock that never steps back: limits and durations are counted by it.
    let monotonic: UInt64

    static func read() -> Clock {
        Clock(now: .now(), monotonic: monotonicNanoseconds())
    }

    static func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
