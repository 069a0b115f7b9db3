internal import Synchronization

/// How much ingestion does, counted since the start of the server.
package final class IngestionMeter: Sendable {
    package struct Counts: Hashable, Sendable {
        package var stored: UInt64 = 0
        package var rejected: UInt64 = 0
        package var completed: UInt64 = 0
        package var failed: UInt64 = 0
    }

    private struct State {
        var counts = Counts()
        var last = (counts: Counts(), time: UInt64(0))
        var before = (counts: Counts(), time: UInt64(0))
    }

    private let state = Mutex(State())

    package var counts: Counts { state.withLock { $0.counts } }

    func add(_ change: (inout Counts) -> Void) { state.withLock { change(&$0.counts) } }

    /// Remembers the counts at a time, in nanoseconds of a clock that never steps back.
    func note(at time: UInt64) {
        state.withLock { state in
            state.before = state.last
            state.last = (state.counts, time)
        }
    }

    /// Rows a second that were stored, and the share of those that were rejected, over one interval of notes at least
    /// and two at most.
    func rates(at time: UInt64) -> (recordsPerSecond: Double, errorRate: Double) {
        state.withLock { state in
            guard time > state.before.time else { return (0, 0) }
            let stored = Double(state.counts.stored - state.before.counts.stored)
            let rejected = Double(state.counts.rejected - state.before.counts.rejected)
            let seconds = Double(time - state.before.time) / 1_000_000_000
            return (stored / seconds, stored + rejected == 0 ? 0 : rejected / (stored + rejected))
        }
    }
}
