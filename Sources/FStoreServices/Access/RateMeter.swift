package import FStoreIdentity
internal import Synchronization

/// One limit of so many requests a minute, as a generic cell rate algorithm: a single number, the moment at which
/// all that was used will have come back. A burst of the whole limit is allowed; then the requests come back evenly.
package final class RateMeter: Sendable {
    /// What a limit is for.
    package enum Policy: Sendable, Hashable {
        /// All requests of a class.
        case rate(RateClass)
        /// One operation that has a limit of its own.
        case operation
        /// All requests of a class that come from one address.
        case address(AddressClass)

        /// What the headers of answers call it.
        package var name: String {
            switch self {
            case .rate(let rate): rate.rawValue
            case .operation: "operation"
            case .address(let addressClass): addressClass.rawValue
            }
        }
    }

    /// What the meter says about one request.
    package struct Reading: Sendable, Hashable {
        package var policy: Policy
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
    private let policy: Policy
    private let interval: UInt64
    private let usedUntil = Atomic<UInt64>(0)

    /// - Parameter limit: requests a minute: 1 to 60 000 000 000.
    package init(limit: Int, policy: Policy) {
        self.policy = policy
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
        var seen = usedUntil.load(ordering: .relaxed)
        while true {
            let next = seen > interval ? seen - interval : 0
            let (exchanged, current) = usedUntil.weakCompareExchange(expected: seen, desired: next, ordering: .relaxed)
            if exchanged { return }
            seen = current
        }
    }

    private func reading(usedUntil: UInt64, now: UInt64, retry: UInt64) -> Reading {
        let used = usedUntil > now ? usedUntil - now : 0
        let usedRequests = (used + interval - 1) / interval
        return Reading(
            policy: policy,
            limit: limit,
            remaining: limit - min(limit, Int(usedRequests)),
            resetNanoseconds: used,
            retryNanoseconds: retry
        )
    }
}
