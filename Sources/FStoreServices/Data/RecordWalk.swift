internal import FStore

/// A feature that is filled by a column of a source.
struct RecordColumn: Sendable {
    let feature: Feature
    let source: String
    let column: String
    /// The feature that has the other columns of the source.
    let metadata: Feature?

    /// What else the row had whose value stands at `time`.
    func metadata(
        of entity: EntityID,
        at time: Timestamp,
        knownAt: Timestamp,
        _ snapshot: borrowing Snapshot
    ) throws(ReadError) -> String? {
        guard let metadata else { return nil }
        let found = try snapshot.value(of: metadata.handle, for: entity, at: PointInTime(asOf: time, knownAt: knownAt))
            .owned
        guard found.eventTime == time, case .json(let text) = found.value else { return nil }
        return text
    }
}

/// Goes through all values of features, entity by entity, in the order of time. A read transaction lasts for some
/// thousand values, so that no old page of the file is kept for long; all of them see the same commits.
struct RecordWalk {
    let store: FeatureStore
    let first: Timestamp
    let last: Timestamp
    let knownAt: Timestamp
    private let check: () throws -> Void

    /// - Parameters:
    ///   - first: the first event time.
    ///   - last: the last event time.
    ///   - check: asked again and again whether to go on.
    init(_ store: FeatureStore, first: Timestamp, last: Timestamp, check: @escaping () throws -> Void) throws {
        self.store = store
        self.first = first
        self.last = last
        self.check = check
        knownAt = try store.lastCommitTime() ?? .earliest
    }

    /// How many values, and how many entities, one read transaction looks at, about.
    private static let (sliceSteps, sliceEntities) = (20_000, 1000)

    /// What is done with each value, inside of the read that has found it.
    typealias Each = (borrowing Snapshot, EntityID, Timestamp, FeatureValue) throws(ReadError) -> Void

    /// Where a read has ended: behind a value of an entity, or behind all of them.
    private struct Position {
        let entity: EntityID
        let time: Timestamp?
    }

    /// - Parameter afterSlice: called between two reads.
    func run(_ column: RecordColumn, afterSlice: () throws -> Void = {}, _ each: Each) throws {
        var position: Position?
        while let next = try slice(column, behind: position, each) {
            position = next
            try afterSlice()
            try check()
        }
    }

    /// - Returns: where it has ended; `nil` when nothing is left.
    private func slice(_ column: RecordColumn, behind position: Position?, _ each: Each) throws -> Position? {
        let feature = column.feature.handle
        return try store.read { snapshot throws(ReadError) -> Position? in
            var steps = 0
            if let position, let time = position.time, time < last {
                let next = max(first, Timestamp(nanoseconds: time.nanoseconds + 1))
                if let time = try look(position.entity, of: feature, from: next, snapshot, &steps, each) {
                    return Position(entity: position.entity, time: time)
                }
            }
            let names = try entities(of: feature, after: position?.entity, snapshot)
            for entity in names {
                if let time = try look(entity, of: feature, from: first, snapshot, &steps, each) {
                    return Position(entity: entity, time: time)
                }
            }
            guard names.count == Self.sliceEntities, let last = names.last else { return nil }
            return Position(entity: last, time: nil)
        }
    }

    private func entities(
        of feature: FeatureHandle,
        after: EntityID?,
        _ snapshot: borrowing Snapshot
    ) throws(ReadError) -> [EntityID] {
        var entities = try snapshot.entities(of: feature, at: PointInTime(knownAt: knownAt), after: after)
        var names: [EntityID] = []
        while names.count < Self.sliceEntities, let next = try entities.next() { names.append(next.entityID) }
        return names
    }

    /// - Returns: the time behind which the entity goes on; `nil` when all of it was looked at.
    private func look(
        _ entity: EntityID,
        of feature: FeatureHandle,
        from first: Timestamp,
        _ snapshot: borrowing Snapshot,
        _ steps: inout Int,
        _ each: Each
    ) throws(ReadError) -> Timestamp? {
        var history = try snapshot.history(of: feature, for: entity, from: first, through: last, knownAt: knownAt)
        while let answer = try history.next() {
            steps += 1
            guard let time = answer.eventTime else { continue }
            try each(snapshot, entity, time, answer.owned.value ?? .null)
            if steps > Self.sliceSteps { return time }
        }
        return nil
    }
}
