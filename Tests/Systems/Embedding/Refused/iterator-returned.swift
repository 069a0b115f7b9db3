// expect: conform to 'Escapable'
import FStore

func program(_ store: FeatureStore, _ feature: FeatureHandle, _ entity: EntityID) throws {
    var history = try store.read { snapshot throws(ReadError) -> HistoryIterator in
        try snapshot.history(of: feature, for: entity)
    }
    print(try history.next() == nil)
}
