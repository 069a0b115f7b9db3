// expect: cannot be consumed
import FStore

func program(_ store: FeatureStore) throws {
    try store.read { snapshot throws(ReadError) in
        let kept = snapshot
        print(kept.now)
    }
}
