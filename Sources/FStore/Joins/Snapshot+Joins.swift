internal import FStoreLMDB

/// Point-in-time joins: many features for many rows, each as of its own moment.
extension Snapshot {
    /// Answers every pair of `features` and rows of `spine`, in the order that suits the store: what was the value of
    /// the feature for the entity of the row, as of the moment of the row?
    ///
    /// A walk beside the rows of an entity instead of a search for each. The answers are those of
    /// ``value(of:for:at:)``: ttl counts from the moment of the row. `body` is called once a pair with the position of
    /// the feature in `features`, the number of the row in the asked order, and the answer, which is valid during the
    /// call.
    ///
    /// - Parameter known: which commits are seen.
    /// - Throws: ``ReadError/unknownFeature`` before the first call, ``ReadError/severalSpaces``,
    ///   ``ReadError/corrupted(_:)``, also where a cell is damaged that only lies between those that answer, and what
    ///   `body` throws.
    public borrowing func values(
        of features: FeatureList,
        for spine: Spine,
        known: KnowledgeBound = .byNow,
        _ body: (_ feature: Int, _ row: Int, _ answer: borrowing BorrowedAnswer) throws(ReadError) -> Void
    ) throws(ReadError) {
        try join(features, spine, known) { feature, places, answer throws(ReadError) in
            for place in places { try body(feature, spine.rows[place].position, answer) }
        } finish: { _ in
        }
    }

    /// Writes the values of `features` for the rows of `spine` into `output` as numbers: those of the first row in the
    /// order of `features`, then those of the second row in the asked order, and so on.
    ///
    /// A `float64` is written as it is, an `int64` as the nearest double, a `bool` as 1 or 0. Where there is no
    /// ``Status/present`` value, or one of another type, `missing` is written.
    ///
    /// - Parameters:
    ///   - known: which commits are seen.
    ///   - output: at least as many places as rows times features, or the call traps; places behind them stay as they
    ///     are. What is in it after an error is not said.
    /// - Returns: how many places have a value.
    /// - Throws: ``ReadError/unknownFeature`` and ``ReadError/severalSpaces`` before the first number is written,
    ///   ``ReadError/corrupted(_:)``.
    @discardableResult
    public borrowing func numbers(
        of features: FeatureList,
        for spine: Spine,
        known: KnowledgeBound = .byNow,
        into output: inout MutableSpan<Double>,
        missing: Double = .nan
    ) throws(ReadError) -> Int {
        let width = features.count
        precondition(output.count >= spine.count * width, "\(spine.count) rows of \(width) need as many places")
        var present = 0
        // The rows of a block are put together where the processor has them at hand: each goes to its place, which lies
        // anywhere, in one piece.
        var block = [Double](repeating: missing, count: min(spine.count, Self.blockRows(width)) * width)
        var first = 0
        try join(features, spine, known) { feature, places, answer in
            let number = answer.value?.number
            var next = (places.lowerBound &- first) &* width &+ feature
            for _ in places {
                block[next] = number ?? missing
                next &+= width
            }
            if number != nil { present &+= places.count }
        } finish: { places in
            var next = 0
            for place in places {
                let target = spine.rows[place].position &* width
                for feature in 0..<width { output[target &+ feature] = block[next &+ feature] }
                next &+= width
            }
            first = places.upperBound
        }
        return present
    }

    /// How many rows are answered before the next feature is turned to: for 256 KiB of numbers, but some at least.
    private static func blockRows(_ features: Int) -> Int { max(16, 32_768 / max(1, features)) }

    /// - Parameters:
    ///   - body: is given places in `spine.rows` that have the same answer.
    ///   - finish: is called when all features of these places are answered.
    private borrowing func join(
        _ features: FeatureList,
        _ spine: Spine,
        _ known: KnowledgeBound,
        _ body: (_ feature: Int, _ places: Range<Int>, borrowing BorrowedAnswer) throws(ReadError) -> Void,
        finish: (_ places: Range<Int>) -> Void
    ) throws(ReadError) {
        _ = try arePlain(features)
        // Neither cursor nor scratch is shared: `body` may read too.
        let scratch = Scratch(capacity: 512)
        let walk = try historyWalk(near: true)
        if walk.isOverPages {
            let series = SeriesWalk(walk, scratch: scratch, checksNeighbors: true)
            return try join(features, spine, known, series, body, finish)
        }
        let owned = try ownedCursor(over: .history)
        let series = SeriesWalk(TableWalk(owned.walk), scratch: scratch, checksNeighbors: true)
        try join(features, spine, known, series, body, finish)
    }

    /// Block by block of rows, in each feature by feature, so that a search begins near the last one.
    private borrowing func join(
        _ features: FeatureList,
        _ spine: Spine,
        _ known: KnowledgeBound,
        _ series: consuming SeriesWalk,
        _ body: (Int, Range<Int>, borrowing BorrowedAnswer) throws(ReadError) -> Void,
        _ finish: (Range<Int>) -> Void
    ) throws(ReadError) {
        let rows = Self.blockRows(features.count)
        var places = 0..<0
        // The entity of the block's first row, and of the next one's.
        var (entity, next) = (0, 0)
        while places.upperBound < spine.count {
            places = places.upperBound..<min(places.upperBound + rows, spine.count)
            for feature in features.order {
                let handle = features.handles[feature.position]
                let rule = try liveRule(handle)
                next = entity
                var first = places.lowerBound
                while first < places.upperBound {
                    let end = min(spine.ends[next], places.upperBound)
                    let name = spine.entities[next].bytes
                    series.turn(to: handle.number, name)
                    var versions = VersionLimit(rule, now)
                    while first < end {
                        let moment = spine.rows[first].time
                        let cell = try series.newestLive(asOf: moment, knownAt: known.nanoseconds(at: moment))
                        // It answers the following rows too, down to its own times, and that of what it lies behind.
                        var last = cell?.eventTime ?? .min
                        if known.followsRow { last = max(last, cell?.commitTime ?? .min, series.tombstoneCommit) }
                        let same = spine.places(from: first, before: end, notOlderThan: last)
                        first = same.upperBound
                        guard let cell else {
                            try body(feature.position, same, .missing)
                            continue
                        }
                        if rule.isPlain {
                            try body(feature.position, same, BorrowedAnswer(cell, status: cell.status))
                        } else {
                            let isKept = try versions.isKept(cell.eventTime, self, handle, name)
                            for place in same {
                                let time = PointInTime.asOf(Timestamp(nanoseconds: spine.rows[place].time))
                                let answer = try Visibility(rule: rule, time: time, now: now)
                                    .answer(cell) { _, _ throws(ReadError) in isKept }
                                try body(feature.position, place..<(place &+ 1), answer)
                            }
                        }
                    }
                    if end == spine.ends[next] { next += 1 }
                }
            }
            entity = next
            finish(places)
        }
    }
}

/// Whether cells of one series are among the newest event times, of which the feature keeps a number.
private struct VersionLimit {
    private let maxVersions: Int
    private let oldestKept: Int64
    private let keepsLatest: Bool
    private var isBegun = false
    private var oldest: Int64?

    init(_ rule: FeatureRule, _ now: Timestamp) {
        maxVersions = rule.maxVersions
        oldestKept = rule.oldestKept(at: now)
        keepsLatest = rule.keepsLatest
    }

    /// One cell is mostly close to the newest, and counted to; for more, what is kept is counted once.
    mutating func isKept(
        _ eventTime: Int64,
        _ snapshot: borrowing Snapshot,
        _ feature: FeatureHandle,
        _ entity: RawSpan
    ) throws(ReadError) -> Bool {
        if eventTime < oldestKept {
            // Hidden, unless it is the newest and that is kept.
            guard keepsLatest else { return false }
            let walk = try snapshot.historyWalk(near: true)
            var series = SeriesWalk(walk, number: feature.number, entity: entity, scratch: snapshot.scratch)
            return try series.isAmongNewest(1, eventTime: eventTime)
        }
        if maxVersions == 0 { return true }
        if let oldest { return eventTime >= oldest }
        let walk = try snapshot.historyWalk(near: true)
        var series = SeriesWalk(walk, number: feature.number, entity: entity, scratch: snapshot.scratch)
        if !isBegun {
            isBegun = true
            return try series.isAmongNewest(maxVersions, eventTime: eventTime)
        }
        let oldest = try series.oldestAmongNewest(maxVersions, notBefore: oldestKept)
        self.oldest = oldest
        return eventTime >= oldest
    }
}
