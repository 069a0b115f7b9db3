internal import FStore

/// Looks at all records, and keeps those of one page. Memory is bounded by the page, whatever there is.
struct RecordScan {
    private let store: FeatureStore
    private let question: RecordQuestion
    private let columns: [RecordColumn]
    private let walk: RecordWalk

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
        columns: [RecordColumn],
        check: @escaping () throws -> Void
    ) throws {
        self.store = store
        self.question = question
        self.columns = columns
        walk = try RecordWalk(store, first: question.first, last: question.last, check: check)
    }

    private var kept: Int { question.offset + question.limit + 1 }

    mutating func run() throws -> RecordPage {
        let walk = walk
        for index in columns.indices {
            try walk.run(columns[index]) { _, entity, time, value in take(index, entity, time, value) }
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

    private mutating func take(_ column: Int, _ entity: EntityID, _ time: Timestamp, _ value: FeatureValue) {
        if !question.isWithin(value) { return }
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
        let knownAt = walk.knownAt
        return try store.read { snapshot throws(ReadError) in
            let point = PointInTime(asOf: time, knownAt: knownAt)
            return Record(
                entity: entity,
                source: column.source,
                column: column.column,
                time: time,
                value: try snapshot.value(of: column.feature.handle, for: entity, at: point).owned.value ?? .null,
                metadata: try column.metadata(of: entity, at: time, knownAt: knownAt, snapshot)
            )
        }
    }
}
