internal import Synchronization

/// How often the caches of one event loop had what was asked of them.
///
/// One thread counts and any may read, so that counting is a plain load and store: no cache line is fought for.
package final class CacheTally: Sendable {
    private let hitCount = Atomic<UInt64>(0)
    private let missCount = Atomic<UInt64>(0)

    /// A tally of its own, which nobody reads.
    package init() {}

    /// What was asked for was there.
    package func hit() { hitCount.store(hitCount.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }

    /// It was not there, and was looked up where it is kept.
    package func miss() { missCount.store(missCount.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }

    fileprivate var reading: CacheStatistics.Reading {
        let hits = hitCount.load(ordering: .relaxed)
        return CacheStatistics.Reading(hits: hits, lookups: hits + missCount.load(ordering: .relaxed))
    }
}

/// What the caches of the fast path were asked since the start: credentials that connections remember, and features
/// and lists of features that event loops remember.
package final class CacheStatistics: Sendable {
    package struct Reading: Hashable, Sendable {
        package var hits: UInt64 = 0
        package var lookups: UInt64 = 0

        /// The share of look-ups that were hits, 0 to 1; 0 before the first.
        package var hitRate: Double { lookups == 0 ? 0 : Double(hits) / Double(lookups) }
    }

    private let tallies = Mutex<[CacheTally]>([])

    package init() {}

    /// A tally for one event loop.
    package func tally() -> CacheTally {
        let tally = CacheTally()
        tallies.withLock { $0.append(tally) }
        return tally
    }

    /// The sum of all event loops.
    package var reading: Reading {
        tallies.withLock { tallies in
            tallies.reduce(into: Reading()) { sum, tally in
                let reading = tally.reading
                sum.hits += reading.hits
                sum.lookups += reading.lookups
            }
        }
    }
}
