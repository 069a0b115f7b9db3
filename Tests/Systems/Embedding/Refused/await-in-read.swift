// expect: 'async' call in a function that does not support concurrency
import FStore

func program(_ store: FeatureStore, _ feature: FeatureHandle, _ entity: EntityID) async throws {
    let number = try store.read { snapshot throws(ReadError) -> Double? in
        await Task.yield()
        return try snapshot.value(of: feature, for: entity).value?.float64
    }
    print(number ?? 0)
}
