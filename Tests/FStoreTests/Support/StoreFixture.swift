import FStore
import FStoreTestSupport

/// A store in a directory of its own, closed and removed at the end of the test.
final class StoreFixture: Sendable {
    let directory = TemporaryDirectory()
    let clock = TestClock(Timestamp(nanoseconds: 1_700_000_000_000_000_000))
    let store: FeatureStore

    init(_ change: (inout StoreOptions) -> Void = { _ in }) throws {
        var options = clock.options
        change(&options)
        store = try FeatureStore(directory: directory.path("store"), options: options)
    }

    var path: String { directory.path("store") }

    deinit {
        store.close()
    }

    func feature(_ name: String, _ type: ValueType? = nil) throws -> FeatureHandle {
        try store.define(FeatureDefinition(name: name, type: type)).handle
    }
}

/// A moment by its nanoseconds since 1970.
func moment(_ nanoseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: nanoseconds)
}

/// An entity whose name is known to be one.
func entity(_ name: String) -> EntityID {
    do {
        return try EntityID(name)
    } catch {
        preconditionFailure(error.description)
    }
}
