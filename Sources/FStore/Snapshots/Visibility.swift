/// Decides what of a cell that a lookup has found may be seen: retention hides it, ttl takes its value away.
struct Visibility {
    let rule: FeatureRule
    let time: PointInTime
    let now: Timestamp

    /// - Parameter isAmongNewest: whether fewer than so many event times of the series are newer than this one. Asked
    ///   only when the feature keeps a limited number.
    @inline(__always)
    @_lifetime(copy cell)
    func answer(
        _ cell: Cell,
        isAmongNewest: (_ maxVersions: Int, _ eventTime: Int64) throws(ReadError) -> Bool
    ) throws(ReadError) -> BorrowedAnswer {
        if cell.eventTime < rule.oldestKept(at: now) {
            guard rule.keepsLatest, try isAmongNewest(1, cell.eventTime) else { return .missing }
        }
        if rule.maxVersions > 0, try !isAmongNewest(rule.maxVersions, cell.eventTime) { return .missing }
        let reference = (time.asOf ?? time.knownAt ?? now).nanoseconds
        if rule.isExpired(cell.eventTime, at: reference) { return BorrowedAnswer(cell, status: .expired) }
        return BorrowedAnswer(cell, status: cell.status)
    }
}
