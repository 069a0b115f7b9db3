import Synchronization

/// A clock that the test sets, in nanoseconds since 1970.
///
/// Each target's tests extend it with the type that their target has for a moment.
package final class TestClock: Sendable {
    private let time: Atomic<Int64>

    package init(nanoseconds: Int64 = 1_700_000_000_000_000_000) {
        time = Atomic(nanoseconds)
    }

    package var nanoseconds: Int64 {
        get { time.load(ordering: .relaxed) }
        set { time.store(newValue, ordering: .relaxed) }
    }

    package func advance(_ step: Int64) {
        time.wrappingAdd(step, ordering: .relaxed)
    }
}
