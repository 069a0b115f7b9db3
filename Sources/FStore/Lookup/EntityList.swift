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
        order = entities.indices.sorted { left, right in
            entities[left] == entities[right] ? left < right : entities[left] < entities[right]
        }
    }

    /// How many entities.
    public var count: Int { entities.count }
}
