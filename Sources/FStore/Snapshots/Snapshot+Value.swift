internal import FStoreLMDB

/// One feature of one entity.
extension Snapshot {
    /// What the value of `feature` was for `entity` at `time`. Nothing is allocated.
    ///
    /// - Throws: ``ReadError/unknownFeature``, ``ReadError/corrupted(_:)``.
    @_lifetime(borrow self)
    public borrowing func value(
        of feature: FeatureHandle,
        for entity: EntityID,
        at time: PointInTime = .latest
    ) throws(ReadError) -> BorrowedAnswer {
        try answer(feature, liveRule(feature), entity.bytes, time)
    }

    /// What the value of `feature` was at `time` for the entity whose name has these UTF-8 bytes: 1 to 255 of them.
    ///
    /// Saves a caller that has bytes the making of an ``EntityID``. Bytes that are no valid UTF-8 find nothing.
    ///
    /// - Throws: ``ReadError/limit(_:)``, ``ReadError/unknownFeature``, ``ReadError/corrupted(_:)``.
    @_lifetime(borrow self)
    public borrowing func value(
        of feature: FeatureHandle,
        forEntityBytes entity: Span<UInt8>,
        at time: PointInTime = .latest
    ) throws(ReadError) -> BorrowedAnswer {
        guard StoreLimits.entityBytes.contains(entity.count) else {
            throw .limit(LimitError(.entityBytes, allowed: StoreLimits.entityBytes, given: entity.count))
        }
        return try answer(feature, liveRule(feature), entity.raw, time)
    }

    /// `latest` is asked first when it can answer: for the newest value, and for times close to now, which are seldom
    /// before the newest cell. It is the smaller table, and takes one search instead of a walk.
    ///
    /// - Parameter nearLast: whether the series is likely to lie close to the one that was searched last.
    @inline(__always)
    @_lifetime(borrow self)
    borrowing func answer(
        _ feature: FeatureHandle,
        _ rule: FeatureRule,
        _ entity: RawSpan,
        _ time: PointInTime,
        nearLast: Bool = false
    ) throws(ReadError) -> BorrowedAnswer {
        let asOf = time.asOf?.nanoseconds ?? .max
        if time.knownAt == nil, asOf >= now.nanoseconds &- Self.latestProbeWindow {
            guard let cell = try latestCell(feature, entity) else { return .missing }
            if cell.eventTime <= asOf { return try visible(cell, feature, rule, entity, time) }
        }
        return try historyAnswer(feature, rule, entity, time, nearLast)
    }

    /// One minute. A miss costs about two thirds of what a hit saves (`docs/benchmarks.md`, P2).
    private static var latestProbeWindow: Int64 { 60_000_000_000 }

    /// Searches the series itself.
    @inline(__always)
    @_lifetime(borrow self)
    borrowing func historyAnswer(
        _ feature: FeatureHandle,
        _ rule: FeatureRule,
        _ entity: RawSpan,
        _ time: PointInTime,
        _ nearLast: Bool
    ) throws(ReadError) -> BorrowedAnswer {
        let walk = try historyWalk(near: nearLast)
        var series = SeriesWalk(walk, number: feature.number, entity: entity, scratch: scratch)
        let asOf = time.asOf?.nanoseconds ?? .max
        let knownAt = time.knownAt?.nanoseconds ?? .max
        guard let cell = try series.newestLive(asOf: asOf, knownAt: knownAt) else { return .missing }
        return try visible(cell, feature, rule, entity, time)
    }

    /// Applies retention and ttl to the cell that was found.
    @inline(__always)
    @_lifetime(copy cell)
    borrowing func visible(
        _ cell: Cell,
        _ feature: FeatureHandle,
        _ rule: FeatureRule,
        _ entity: RawSpan,
        _ time: PointInTime
    ) throws(ReadError) -> BorrowedAnswer {
        try Visibility(rule: rule, time: time, now: now)
            .answer(cell) { maxVersions, eventTime throws(ReadError) in
                let walk = try historyWalk(near: true)
                var series = SeriesWalk(walk, number: feature.number, entity: entity, scratch: scratch)
                return try series.isAmongNewest(maxVersions, eventTime: eventTime)
            }
    }
}
