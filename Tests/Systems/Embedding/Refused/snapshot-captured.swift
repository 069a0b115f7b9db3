// expect: in a '@Sendable' closure
import FStore

func program(_ store: FeatureStore) throws {
    try store.read { snapshot throws(ReadError) in
        let later: @Sendable () -> Void = { print(snapshot.now) }
        Task { later() }
    }
}
