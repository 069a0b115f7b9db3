// expect: nothing
import FStore

/// The control: the same build accepts what is right.
func program(_ store: FeatureStore, _ feature: FeatureHandle, _ entity: EntityID) throws {
    let number = try store.read { snapshot throws(ReadError) -> Double? in
        try snapshot.value(of: feature, for: entity).value?.float64
    }
    print(number ?? 0)
}
