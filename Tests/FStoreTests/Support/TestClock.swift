import FStore
import Synchronization

/// A clock that the test sets.
final class TestClock: Sendable {
    private let nanoseconds: Atomic<Int64>

    init(_ start: Timestamp) {
        nanoseconds = Atomic(start.nanoseconds)
    }

    var now: Timestamp {
        get { Timestamp(nanoseconds: nanoseconds.load(ordering: .relaxed)) }
        set { nanoseconds.store(newValue.nanoseconds, ordering: .relaxed) }
    }

    func advance(_ step: Int64) {
        nanoseconds.wrappingAdd(step, ordering: .relaxed)
    }

    /// Options with this clock, and no sweep but those that are asked for.
    var options: StoreOptions {
        var options = StoreOptions()
        options.clock = { [self] in now }
        options.sweepInterval = nil
        options.mapSize = 1 << 30
        return options
    }
}
