internal import FStoreLMDB

/// Many features of many entities, in one walk.
extension Snapshot {
    /// Answers every pair of `features` and `entities`, in the order that suits the store.
    ///
    /// Nothing is allocated. `body` is called once a pair with the position of the feature in `features`, the
    /// position of the entity in `entities`, and the answer, which is valid during the call.
    ///
    /// - Throws: ``ReadError/unknownFeature`` before the first call, ``ReadError/severalSpaces``,
    ///   ``ReadError/corrupted(_:)``, and what `body` throws.
    public borrowing func values(
        of features: FeatureList,
        for entities: EntityList,
        at time: PointInTime = .latest,
        _ body: (_ feature: Int, _ entity: Int, _ answer: borrowing BorrowedAnswer) throws(ReadError) -> Void
    ) throws(ReadError) {
        let arePlain = try arePlain(features)
        if time == .latest {
            for entity in entities.order {
                let name = entities.entities[entity].bytes
                try walkLatest(features, arePlain, name, entity, body)
            }
        } else {
            try searchHistories(features, entities, time, body)
        }
    }

    /// Answers every feature of `features` for one entity. See ``values(of:for:at:_:)-(_,EntityList,_,_)``.
    public borrowing func values(
        of features: FeatureList,
        for entity: EntityID,
        at time: PointInTime = .latest,
        _ body: (_ feature: Int, _ answer: borrowing BorrowedAnswer) throws(ReadError) -> Void
    ) throws(ReadError) {
        try values(of: features, arePlain(features), forEntity: entity.bytes, at: time, body)
    }

    /// Answers every feature of `features` for the entity whose name has these UTF-8 bytes.
    ///
    /// Saves a caller that has bytes the making of an ``EntityID``. Bytes that are no valid UTF-8 find nothing.
    ///
    /// - Throws: ``ReadError/limit(_:)``, and as ``values(of:for:at:_:)-(_,EntityID,_,_)``.
    public borrowing func values(
        of features: FeatureList,
        forEntityBytes entity: Span<UInt8>,
        at time: PointInTime = .latest,
        _ body: (_ feature: Int, _ answer: borrowing BorrowedAnswer) throws(ReadError) -> Void
    ) throws(ReadError) {
        guard StoreLimits.entityBytes.contains(entity.count) else {
            throw .limit(LimitError(.entityBytes, allowed: StoreLimits.entityBytes, given: entity.count))
        }
        try values(of: features, arePlain(features), forEntity: entity.raw, at: time, body)
    }

    borrowing func values(
        of features: FeatureList,
        _ arePlain: Bool,
        forEntity entity: RawSpan,
        at time: PointInTime,
        _ body: (_ feature: Int, _ answer: borrowing BorrowedAnswer) throws(ReadError) -> Void
    ) throws(ReadError) {
        if time == .latest {
            try walkLatest(features, arePlain, entity, 0) { feature, _, answer throws(ReadError) in
                try body(feature, answer)
            }
        } else {
            for place in features.order {
                let handle = features.handles[place.position]
                let answer = try answer(handle, liveRule(handle), entity, time)
                try body(place.position, answer)
            }
        }
    }

    /// Refuses what cannot be answered. Whether neither ttl nor retention has a say for any of the features.
    borrowing func arePlain(_ features: FeatureList) throws(ReadError) -> Bool {
        if features.spansSpaces { throw .severalSpaces }
        if features.plainness.isKnown(in: registry.rules) { return true }
        var arePlain = true
        for handle in features.handles where try !liveRule(handle).isPlain { arePlain = false }
        if arePlain { features.plainness.note(in: registry.rules) }
        return arePlain
    }

    /// Feature by feature, so that each search starts near the last one.
    private borrowing func searchHistories(
        _ features: FeatureList,
        _ entities: EntityList,
        _ time: PointInTime,
        _ body: (Int, Int, borrowing BorrowedAnswer) throws(ReadError) -> Void
    ) throws(ReadError) {
        for place in features.order {
            let (feature, handle) = (place.position, features.handles[place.position])
            let rule = try liveRule(handle)
            for entity in entities.order {
                let name = entities.entities[entity].bytes
                let answer = try answer(handle, rule, name, time, nearLast: true)
                try body(feature, entity, answer)
            }
        }
    }

    /// All rows of one entity lie side by side in `latest`: one descent, then steps from feature to feature.
    ///
    /// The shared cursor and scratch serve the outer walk; a walk that `body` starts within it makes its own.
    private borrowing func walkLatest(
        _ features: FeatureList,
        _ arePlain: Bool,
        _ entity: RawSpan,
        _ position: Int,
        _ body: (Int, Int, borrowing BorrowedAnswer) throws(ReadError) -> Void
    ) throws(ReadError) {
        if walkScratch.isInUse {
            let owned = try ownedCursor(over: .latest)
            let scratch = Scratch(capacity: 512)
            return try walkLatest(features, arePlain, entity, position, TableWalk(owned.walk), scratch, body)
        }
        walkScratch.isInUse = true
        defer { walkScratch.isInUse = false }
        try walkLatest(features, arePlain, entity, position, latestWalk(), walkScratch, body)
    }

    private borrowing func walkLatest(
        _ features: FeatureList,
        _ arePlain: Bool,
        _ entity: RawSpan,
        _ position: Int,
        _ table: consuming TableWalk,
        _ scratch: Scratch,
        _ body: (Int, Int, borrowing BorrowedAnswer) throws(ReadError) -> Void
    ) throws(ReadError) {
        guard let space = features.handles.first?.space else { return }
        var walk = LatestWalk(table, space: space, entity: entity, scratch: scratch)
        for place in features.order {
            guard let cell = try walk.cell(place.number) else {
                try body(place.position, position, .missing)
                continue
            }
            if arePlain || registry.isPlain(place.number) {
                try body(place.position, position, BorrowedAnswer(cell, status: cell.status))
            } else {
                let handle = features.handles[place.position]
                let answer = try visible(cell, handle, liveRule(handle), entity, .latest)
                try body(place.position, position, answer)
            }
        }
    }
}
