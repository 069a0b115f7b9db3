// expect: lifetime-dependent
import FStore

func program(_ store: FeatureStore, _ feature: FeatureHandle, _ entity: EntityID) throws {
    try store.read { snapshot throws(ReadError) in
        var kept = try snapshot.value(of: feature, for: entity)
        try store.read { inner throws(ReadError) in
            kept = try inner.value(of: feature, for: entity)
        }
        print(kept.status)
    }
}
