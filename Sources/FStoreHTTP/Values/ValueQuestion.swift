internal import FStore
internal import FStoreWire

/// What a request for values asks.
struct ValueQuestion {
    /// As the query has it; `nil` when every entity is meant.
    let entityIDs: String?
    let first: Timestamp?
    let last: Timestamp?
    let time: PointInTime
    let page: Page
    /// Whether the page was asked for by its number.
    let hasNumber: Bool
    let cursor: String?

    var isRange: Bool { first != nil || last != nil }

    private static let entities = QueryField.encodedList(
        "entity_ids",
        ValueSchema.entityList,
        ValueSchema.entityIDs,
        example: "customer_123"
    )
    private static let start = QueryField.moment("start_time", "The first event time of a history.")
    private static let end = QueryField.moment("end_time", "The last event time of a history.")
    private static let asOf = QueryField.moment("as_of", "Asks for the value at this time, or at `now`.")
    private static let knownAt = QueryField.knowledge("known_at", "Only what the store knew at this time.")
    private static let cursor = QueryField.text(
        "cursor",
        .text(1...1024),
        "The `next_cursor` of the page before, instead of `page`."
    )

    static let parameters =
        [
            entities.parameter, start.parameter, end.parameter, asOf.parameter, knownAt.parameter,
            Page.number.parameter, Page.size(defaultLimit: 1000).parameter, cursor.parameter,
        ]

    init(_ call: Call) throws(APIError) {
        entityIDs = try call.query(Self.entities)
        first = try call.query(Self.start)
        last = try call.query(Self.end)
        time = PointInTime(asOf: try call.query(Self.asOf), knownAt: try call.query(Self.knownAt))
        page = try Page(call, defaultLimit: EntityListText.counts.upperBound)
        cursor = try call.query(Self.cursor)
        let hasPage = try call.query(Page.number) != nil
        hasNumber = hasPage
        if cursor != nil, hasPage { throw .malformed("page and cursor cannot be combined; send one") }
        if isRange, time.asOf != nil {
            throw .invalid("as_of", "cannot be combined with start_time and end_time")
        }
        if let first, let last, first > last {
            throw .invalid("end_time", "is before start_time: \(last) < \(first)")
        }
        if entityIDs == nil, isRange {
            throw .invalid("entity_ids", "is missing; name the entities of the history")
        }
        let hasLimit = try call.query(Page.size(defaultLimit: 1000)) != nil
        if entityIDs == nil, !hasPage, !hasLimit, cursor == nil {
            throw .invalid("entity_ids", "is missing; to walk over all entities, send limit")
        }
        if cursor != nil, entityIDs != nil, !isRange {
            throw .invalid("cursor", "is only for histories and walks; the newest values of entity_ids have one page")
        }
    }

    /// The names in `entity_ids`, decoded, in order.
    static func names(_ raw: String) throws(APIError) -> [EntityID] {
        var list = EntityListText()
        try list.read(query: raw.utf8Span.span)
        var names: [EntityID] = []
        names.reserveCapacity(list.count)
        for index in 0..<list.count {
            let name = String(decoding: list.bytes[list.range(index)], as: UTF8.self)
            if let entity = try? EntityID(name) { names.append(entity) }
        }
        return names
    }
}
