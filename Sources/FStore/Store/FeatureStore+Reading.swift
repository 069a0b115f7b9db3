internal import FStoreLMDB

/// Reading.
extension FeatureStore {
    /// Gives `body` one consistent version of the store, without a copy and without an allocation a lookup.
    ///
    /// What `body` returns must be its own: the compiler refuses to let a borrowed value out. Keep it short: pages that
    /// writers free meanwhile cannot be used again until it ends.
    ///
    /// - Throws: ``ReadError/readersFull(limit:)``, ``ReadError/closed``, and what `body` throws.
    public func read<Result: ~Copyable>(
        _ body: (borrowing Snapshot) throws(ReadError) -> Result
    ) throws(ReadError) -> Result {
        let now = options.clock()
        let reader = try readers.take(now: now)
        defer { readers.giveBack(reader) }
        let snapshot = Snapshot(reader, tables: tables, now: now)
        return try body(snapshot)
    }

    /// What the value of `feature` was for `entity` at `time`.
    public func value(
        of feature: FeatureHandle,
        for entity: EntityID,
        at time: PointInTime = .latest
    ) throws(ReadError) -> Answer {
        try read { snapshot throws(ReadError) in try snapshot.value(of: feature, for: entity, at: time).owned }
    }

    /// The values of several features for one entity, in the asked order.
    public func values(
        of features: FeatureList,
        for entity: EntityID,
        at time: PointInTime = .latest
    ) throws(ReadError) -> [Answer] {
        try read { snapshot throws(ReadError) in
            var answers = [Answer](repeating: .missing, count: features.count)
            try snapshot.values(of: features, for: entity, at: time) { feature, answer in
                answers[feature] = answer.owned
            }
            return answers
        }
    }

    /// The values of several features for one entity as numbers, in the asked order: what a model is fed with.
    ///
    /// A `float64` as it is, an `int64` as the nearest double, a `bool` as 1 or 0. Where there is no present value, or
    /// one of another type, `missing`. ``Snapshot/numbers(of:for:at:into:missing:)`` writes into the caller's memory.
    public func numbers(
        of features: FeatureList,
        for entity: EntityID,
        at time: PointInTime = .latest,
        missing: Double = .nan
    ) throws(ReadError) -> [Double] {
        try read { snapshot throws(ReadError) in
            var numbers = [Double](repeating: missing, count: features.count)
            var output = numbers.mutableSpan
            try snapshot.numbers(of: features, for: entity, at: time, into: &output, missing: missing)
            return numbers
        }
    }

    /// The values of several features for several entities: one array for each feature, in the asked orders.
    public func values(
        of features: FeatureList,
        for entities: EntityList,
        at time: PointInTime = .latest
    ) throws(ReadError) -> [[Answer]] {
        try read { snapshot throws(ReadError) in
            let row = [Answer](repeating: .missing, count: entities.count)
            var answers = [[Answer]](repeating: row, count: features.count)
            try snapshot.values(of: features, for: entities, at: time) { feature, entity, answer in
                answers[feature][entity] = answer.owned
            }
            return answers
        }
    }

    /// The values of several features for the rows of a training set, each as of its own moment: one array for each
    /// feature, in the asked orders. See ``Snapshot/values(of:for:known:_:)``.
    public func values(
        of features: FeatureList,
        for spine: Spine,
        known: KnowledgeBound = .byNow
    ) throws(ReadError) -> [[Answer]] {
        try read { snapshot throws(ReadError) in
            let column = [Answer](repeating: .missing, count: spine.count)
            var answers = [[Answer]](repeating: column, count: features.count)
            try snapshot.values(of: features, for: spine, known: known) { feature, row, answer in
                answers[feature][row] = answer.owned
            }
            return answers
        }
    }

    /// The same as numbers, row by row: the values of the first row in the order of `features`, then those of the
    /// second, and so on. ``Snapshot/numbers(of:for:known:into:missing:)`` writes into the caller's memory.
    public func numbers(
        of features: FeatureList,
        for spine: Spine,
        known: KnowledgeBound = .byNow,
        missing: Double = .nan
    ) throws(ReadError) -> [Double] {
        try read { snapshot throws(ReadError) in
            var numbers = [Double](repeating: missing, count: features.count * spine.count)
            var output = numbers.mutableSpan
            try snapshot.numbers(of: features, for: spine, known: known, into: &output, missing: missing)
            return numbers
        }
    }

    /// The commit time of the newest commit, or `nil` before the first write. A read known at it is repeatable for
    /// ever.
    public func lastCommitTime() throws(ReadError) -> Timestamp? {
        try read { snapshot throws(ReadError) in try snapshot.lastCommitTime }
    }

    /// The bytes of a bookmark, or `nil`. See ``WriteBatch/setBookmark(_:to:)``.
    public func bookmark(_ name: String) throws(ReadError) -> [UInt8]? {
        try read { snapshot throws(ReadError) in try snapshot.bookmark(name) }
    }
}
