internal import FStoreLMDB

/// Walks in bounded memory.
extension Snapshot {
    /// The history of `feature` for `entity`: every event time from `first` to `last`, both included, oldest first,
    /// with the newest commit of each that is not after `knownAt`. Deleted values are left out; ttl does not apply.
    ///
    /// - Throws: ``ReadError/unknownFeature``. Each step may throw ``ReadError/corrupted(_:)``.
    @_lifetime(borrow self)
    public borrowing func history(
        of feature: FeatureHandle,
        for entity: EntityID,
        from first: Timestamp = .earliest,
        through last: Timestamp = .last,
        knownAt: Timestamp? = nil
    ) throws(ReadError) -> HistoryIterator {
        let rule = try liveRule(feature)
        let name = entity.bytes
        var oldest = first.nanoseconds
        if rule.hasRetention {
            let walk = try historyWalk(near: false)
            var series = SeriesWalk(walk, number: feature.number, entity: name, scratch: scratch)
            oldest = max(oldest, try series.oldestKept(by: rule, at: now, notBefore: oldest))
        }
        return try HistoryIterator(
            SeriesHistory(
                ownedCursor(over: .history),
                number: feature.number,
                entity: name,
                first: oldest,
                last: last.nanoseconds,
                knownAt: knownAt?.nanoseconds ?? .max
            )
        )
    }

    /// Every entity that has an answer for `feature` at `time`, with that answer.
    ///
    /// - Parameters:
    ///   - feature: the feature that is walked over.
    ///   - time: which of each entity's values is asked for.
    ///   - after: starts behind this entity, in the order of ``EntityID``.
    /// - Throws: ``ReadError/unknownFeature``. Each step may throw ``ReadError/corrupted(_:)``.
    @_lifetime(borrow self)
    public borrowing func entities(
        of feature: FeatureHandle,
        at time: PointInTime = .latest,
        after: EntityID? = nil
    ) throws(ReadError) -> EntityIterator {
        let visibility = try Visibility(rule: liveRule(feature), time: time, now: now)
        let name = after.map { Array($0.text.utf8) } ?? []
        let series = try FeatureSeries(ownedCursor(over: .history), number: feature.number, after: name)
        return EntityIterator(series, visibility: visibility)
    }
}
