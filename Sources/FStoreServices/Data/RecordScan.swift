internal import FStore

/// Looks at all values of some features, and keeps the records of one page. Memory is bounded by the page, whatever
/// there is; one read transaction lasts for some thousand entities, and all of them see the same commits.
struct RecordScan {
    /// A feature that is filled by a column of a source.
    struct Column: Sendable {
        let feature: Feature
        let source: String
        let column: String
        let metadata: Feature?
    }

    private let store: FeatureStore
    private let question: RecordQuestion
    private let columns: [Column]
    private let knownAt: Timestamp
    private let check: () throws -> Void

    /// A record without what is only read for those of the page.
    private struct Found {
        let position: RecordPosition
        let column: Int
    }

    private var found: [Found] = []
    private var total = 0
    /// No record behind this one is on the page.
    private var bound: RecordPosition?

    /// - Parameter check: asked again and again whether to go on.
    init(
        _ store: FeatureStore,
        _ question: RecordQuestion,
        columns: [Column],
        check: @escaping () throws -> Void
    ) throws {
        self.store = store
        self.question = question
        self.columns = columns
        self.check = check
        knownAt = try store.lastCommitTime() ?? .earliest
    }

    private var kept: Int { question.offset + question.limit + 1 }

    mutating func run() throws -> RecordPage {
        for index in columns.indices {
            var last: EntityID?
            while let position = try slice(index, after: last) {
                last = position
                try check()
            }
        }
        sort()
        let page = found.dropFirst(question.offset).prefix(question.limit)
        let hasMore = found.count > question.offset + question.limit
        return RecordPage(
            records: try page.map(record),
            total: total,
            next: hasMore ? page.last?.position : nil
        )
    }

    /// How many values one read transaction looks at, about.
    private static let sliceSteps = 20_000

    /// Looks at some entities of a column.
    ///
    /// - Returns: the last of them; `nil` when none is left.
    private mutating func slice(_ index: Int, after: EntityID?) throws -> EntityID? {
        let feature = columns[index].feature.handle
        let (store, question, knownAt) = (store, question, knownAt)
        var (steps, last) = (0, after)
        let isDone = try store.read { snapshot throws(ReadError) in
            var entities = try snapshot.entities(of: feature, at: PointInTime(knownAt: knownAt), after: after)
            var names: [EntityID] = []
            while names.count < 1000, let next = try entities.next() { names.append(next.entityID) }
            for entity in names {
                var history = try snapshot.history(
                    of: feature,
                    for: entity,
                    from: question.first,
                    through: question.last,
                    knownAt: knownAt
                )
                while let answer = try history.next() {
                    steps += 1
                    guard let time = answer.eventTime else { continue }
                    take(index, entity, time, answer.owned.value ?? .null)
                }
                last = entity
                if steps > Self.sliceSteps { return false }
            }
            return names.count < 1000
        }
        return isDone ? nil : last
    }

    private mutating func take(_ column: Int, _ entity: EntityID, _ time: Timestamp, _ value: FeatureValue) {
        if !isWithin(value) { return }
        total += 1
        let position = RecordPosition(
            value: question.sort == .value ? RecordSortValue(value) : .nothing,
            entity: entity,
            time: time,
            feature: columns[column].feature.name
        )
        if let after = question.after, !order.comes(after, before: position) { return }
        if let bound, order.comes(bound, before: position) { return }
        found.append(Found(position: position, column: column))
        if found.count >= kept * 2 + 1024 {
            sort()
            found.removeLast(found.count - kept)
            bound = found.last?.position
        }
    }

    private func isWithin(_ value: FeatureValue) -> Bool {
        if question.least == nil, question.most == nil { return true }
        let number: Double
        switch value {
        case .float64(let double): number = double
        case .int64(let integer): number = Double(integer)
        default: return false
        }
        return number >= question.least ?? -.infinity && number <= question.most ?? .infinity
    }

    // MARK: Order

    private mutating func sort() {
        let order = self.order
        found.sort { order.comes($0.position, before: $1.position) }
    }

    private var order: RecordOrder { RecordOrder(field: question.sort, isDescending: question.isDescending) }

    // MARK: What is read for the page alone

    private func record(_ found: Found) throws -> Record {
        let column = columns[found.column]
        let (entity, time) = (found.position.entity, found.position.time)
        let point = PointInTime(asOf: time, knownAt: knownAt)
        let (value, metadata) = try store.read { snapshot throws(ReadError) -> (FeatureValue, String?) in
            let value = try snapshot.value(of: column.feature.handle, for: entity, at: point).owned
            guard let feature = column.metadata else { return (value.value ?? .null, nil) }
            let other = try snapshot.value(of: feature.handle, for: entity, at: point).owned
            var metadata: String?
            if other.eventTime == time, case .json(let text) = other.value { metadata = text }
            return (value.value ?? .null, metadata)
        }
        return Record(
            entity: entity,
            source: column.source,
            column: column.column,
            time: time,
            value: value,
            metadata: metadata
        )
    }
}
