internal import FStore
internal import FStoreServices

/// The two clocks, read once for a request.
struct RequestTime: Sendable {
    /// The time of day.
    let now: Timestamp
    /// Nanoseconds of a clock that never steps back: limits and durations are counted by it.
    let monotonic: UInt64

    init(_ source: TimeSource) {
        now = source.now()
        monotonic = source.monotonic()
    }
}
