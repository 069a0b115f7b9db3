// expect: conform to 'Escapable'
import FStore

func program(_ store: FeatureStore, _ feature: FeatureHandle, _ entity: EntityID) throws {
    let answer = try store.read { snapshot throws(ReadError) -> BorrowedAnswer in
        try snapshot.value(of: feature, for: entity)
    }
    print(answer.status)
}
