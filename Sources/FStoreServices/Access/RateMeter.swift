internal import Synchronization

/// One limit of so many requests a minute, as a generic cell rate algorithm: a single number, the moment at which
/// all that was used will have come back. A burst of the whole limit is allowed; then the requests come back evenly.
package final class RateMeter: Sendable {
    /// What the meter says about one request.
    package struct Reading: Sendable, Hashable {
        /// Requests a minute.
        package var limit: Int
        /// How many more may come right now.
        package var remaining: Int
        /// Nanoseconds until all of the limit is there again.
        package var resetNanoseconds: UInt64
        /// Nanoseconds until the next request is let in; 0 when this one was.
        package var retryNanoseconds: UInt64
        package var isAdmitted: Bool { retryNanoseconds == 0 }
    }

    private static let window: UInt64 = 60_000_000_000

    /// Requests a minute, at least 1.
    package let limit: Int
    private let interval: UInt64
    private let usedUntil = Atomic<UInt64>(0)

    /// - Parameter limit: requests a minute: 1 to 60 000 000 000.
    package init(limit: Int) {
        self.limit = max(1, limit)
        interval = max(1, Self.window / UInt64(max(1, limit)))
    }

    /// Counts one request at `now`, in nanoseconds of a clock that never steps back, unless the limit is used up.
    package func admit(at now: UInt64) -> Reading {
        var seen = usedUntil.load(ordering: .relaxed)
        while true {
            let next = max(seen, now) + interval
            // The quotient is rounded down, so the window is as many whole intervals as the limit says.
            guard next <= now + interval * UInt64(limit) else {
                return reading(usedUntil: seen, now: now, retry: next - now - interval * UInt64(limit))
            }
            let (exchanged, current) = usedUntil.weakCompareExchange(expected: seen, desired: next, ordering: .relaxed)
            if exchanged { return reading(usedUntil: next, now: now, retry: 0) }
            seen = current
        }
    }

    /// Takes back one request that ``admit(at:)`` has let in.
    package func giveBack() {
        usedUntil.subtract(interval, ordering: .relaxed)
    }

    private func reading(usedUntil: UInt64, now: UInt64, retry: UInt64) -> Reading {
        let used = usedUntil > now ? usedUntil - now : 0
        let usedRequests = (used + interval - 1) / interval
        return Reading(
            limit: limit,
            remaining: limit - min(limit, Int(usedRequests)),
            resetNanoseconds: used,
            retryNanoseconds: retry
        )
    }
}
