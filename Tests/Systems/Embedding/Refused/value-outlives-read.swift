// expect: lifetime-dependent
import FStore

func program(_ store: FeatureStore, _ feature: FeatureHandle, _ entity: EntityID) throws {
    var kept: ValueView?
    try store.read { snapshot throws(ReadError) in
        kept = try snapshot.value(of: feature, for: entity).value
    }
    print(kept?.float64 ?? 0)
}
