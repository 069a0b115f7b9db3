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
    let cursor: String?

    var isRange: Bool { first != nil || last != nil }

    init(_ call: Call) throws(APIError) {
        let (query, now) = (call.query, call.receivedAt)
        entityIDs = query.raw("entity_ids")
        first = try query.time("start_time", now: now)
        last = try query.time("end_time", now: now)
        time = PointInTime(
            asOf: try query.time("as_of", now: now),
            knownAt: try query.time("known_at", now: now)
        )
        page = try Page(query, defaultLimit: EntityListText.counts.upperBound)
        cursor = query.text("cursor")
        if cursor != nil, query.text("page") != nil {
            throw .malformed("page and cursor are given; send one of them")
        }
        if isRange, time.asOf != nil {
            throw .invalid("as_of", "cannot be combined with start_time and end_time", owner: .features)
        }
        if let first, let last, first > last {
            throw .invalid("end_time", "is before start_time: \(last) < \(first)", owner: .features)
        }
        if entityIDs == nil, isRange {
            throw .invalid("entity_ids", "is missing; a history is asked for by entity", owner: .features)
        }
        if entityIDs == nil, query.text("page") == nil, query.text("limit") == nil, cursor == nil {
            throw .invalid("entity_ids", "is missing; to walk over all entities, send limit", owner: .features)
        }
        if cursor != nil, entityIDs != nil, !isRange {
            throw .invalid("cursor", "is for histories and walks; entity_ids are answered at once", owner: .features)
        }
    }
}
