import FStore
import FStoreTestSupport

extension TestClock {
    convenience init(_ start: Timestamp) {
        self.init(nanoseconds: start.nanoseconds)
    }

    var now: Timestamp {
        get { Timestamp(nanoseconds: nanoseconds) }
        set { nanoseconds = newValue.nanoseconds }
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
