internal import FStoreLMDB

/// Entities to be read together, prepared once and used for many reads.
///
/// Keeps the asked order for the answers and the store's order for the walk. An entity may occur more than once.
public struct EntityList: Sendable {
    /// The entities in the asked order.
    public let entities: [EntityID]
    /// Positions in `entities`, in the order of the store.
    let order: [Int]

    /// Entities in the order in which the answers are wanted.
    public init(_ entities: [EntityID]) {
        self.entities = entities
        order = Self.storeOrder(of: entities)
    }

    /// How many entities.
    public var count: Int { entities.count }

    /// A name as numbers: its length, and the first bytes behind those that all names have in common.
    private struct Place {
        let length: Int
        let lead: UInt64
        let position: Int
    }

    /// Sorts numbers, which mostly tell names apart, instead of names: a request for 100 entities compares 700 times.
    private static func storeOrder(of entities: [EntityID]) -> [Int] {
        guard let first = entities.first else { return [] }
        var common = first.byteCount
        for entity in entities { common = min(common, first.bytes.countOfCommonBytes(with: entity.bytes)) }
        var places = entities.indices.map { position in
            let name = entities[position].bytes
            return Place(length: name.byteCount, lead: name.leadingBytes(from: common), position: position)
        }
        places.sort { left, right in
            if left.length != right.length { return left.length < right.length }
            if left.lead != right.lead { return left.lead < right.lead }
            let (leftName, rightName) = (entities[left.position], entities[right.position])
            return leftName == rightName ? left.position < right.position : leftName < rightName
        }
        return places.map(\.position)
    }
}
