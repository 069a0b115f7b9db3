internal import FStore

/// The order of records.
struct RecordOrder {
    let field: RecordQuestion.SortField
    let isDescending: Bool

    /// Records that are equal in what is sorted by stand by entity and then by time, in the same direction.
    func comes(_ first: RecordPosition, before second: RecordPosition) -> Bool {
        let (low, high) = isDescending ? (second, first) : (first, second)
        switch field {
        case .timestamp: if low.time != high.time { return low.time < high.time }
        case .value: if low.value != high.value { return low.value < high.value }
        case .id: break
        }
        if low.entity != high.entity { return low.entity.text.utf8.lexicographicallyPrecedes(high.entity.text.utf8) }
        if low.time != high.time { return low.time < high.time }
        return low.feature.utf8.lexicographicallyPrecedes(high.feature.utf8)
    }
}
