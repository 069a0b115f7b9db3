/// Where the next page of a history begins, and what it may see.
///
/// Keeps the commit time of the first page, so that all pages together are one answer, whatever is written meanwhile.
public struct HistoryCursor: Hashable, Sendable {
    /// Event times up to and including this one have been given.
    public var after: Timestamp
    /// Commits after this one are not seen.
    public var knownAt: Timestamp

    /// A cursor that was kept elsewhere, in a token of a page say.
    public init(after: Timestamp, knownAt: Timestamp) {
        self.after = after
        self.knownAt = knownAt
    }
}

/// Part of a history, oldest first.
public struct HistoryPage: Hashable, Sendable {
    /// The entries of this page.
    public var entries: [HistoryEntry]
    /// Where the next page begins; `nil` when this is the last.
    public var next: HistoryCursor?
}

/// Part of a walk over the entities of a feature.
public struct EntityPage: Hashable, Sendable {
    /// The entities of this page, each with its answer.
    public var entities: [(entity: EntityID, answer: Answer)]
    /// Pass this as `after` for the next page; `nil` when this is the last.
    public var next: EntityID?

    /// Equal entity by entity.
    public static func == (left: EntityPage, right: EntityPage) -> Bool {
        left.next == right.next && left.entities.elementsEqual(right.entities) { $0 == $1 }
    }

    /// Hashes entity by entity.
    public func hash(into hasher: inout Hasher) {
        for (entity, answer) in entities {
            hasher.combine(entity)
            hasher.combine(answer)
        }
    }
}

/// Reading page by page.
extension FeatureStore {
    /// One page of the history of `feature` for `entity`: event times from `first` to `last`, both included.
    ///
    /// - Parameters:
    ///   - feature: whose values.
    ///   - entity: of what.
    ///   - first: the earliest event time that is wanted.
    ///   - last: the latest event time that is wanted.
    ///   - knownAt: commits after this one are not seen; `nil` for all that there are when the first page is read.
    ///   - limit: entries a page, within ``StoreLimits/pageAnswers``.
    ///   - cursor: the ``HistoryPage/next`` of the page before; the other arguments must be as they were then.
    public func history(
        of feature: FeatureHandle,
        for entity: EntityID,
        from first: Timestamp = .earliest,
        through last: Timestamp = .last,
        knownAt: Timestamp? = nil,
        limit: Int = 1000,
        cursor: HistoryCursor? = nil
    ) throws(ReadError) -> HistoryPage {
        try Self.checkLimit(limit)
        if cursor?.after == .last { return HistoryPage(entries: [], next: nil) }
        let begin = cursor.map { max(first, Timestamp(nanoseconds: $0.after.nanoseconds + 1)) } ?? first
        return try read { snapshot throws(ReadError) in
            let newest = try snapshot.lastCommitTime ?? .earliest
            let known = cursor?.knownAt ?? min(knownAt ?? .last, newest)
            var iterator = try snapshot.history(of: feature, for: entity, from: begin, through: last, knownAt: known)
            var entries: [HistoryEntry] = []
            while let answer = try iterator.next() {
                if entries.count == limit {
                    let after = entries[limit - 1].eventTime
                    return HistoryPage(entries: entries, next: HistoryCursor(after: after, knownAt: known))
                }
                guard let eventTime = answer.eventTime, let commitTime = answer.commitTime else { continue }
                let value = answer.value?.owned ?? .null
                entries.append(HistoryEntry(eventTime: eventTime, commitTime: commitTime, value: value))
            }
            return HistoryPage(entries: entries, next: nil)
        }
    }

    /// One page of the entities that have an answer for `feature` at `time`.
    ///
    /// Give a ``PointInTime/knownAt`` when all pages together must be one answer.
    ///
    /// - Parameters:
    ///   - feature: whose entities.
    ///   - time: which of each entity's values is asked for.
    ///   - limit: entities a page, within ``StoreLimits/pageAnswers``.
    ///   - after: the ``EntityPage/next`` of the page before.
    public func entities(
        of feature: FeatureHandle,
        at time: PointInTime = .latest,
        limit: Int = 1000,
        after: EntityID? = nil
    ) throws(ReadError) -> EntityPage {
        try Self.checkLimit(limit)
        return try read { snapshot throws(ReadError) in
            var iterator = try snapshot.entities(of: feature, at: time, after: after)
            var page = EntityPage(entities: [], next: nil)
            while let found = try iterator.next() {
                if page.entities.count == limit {
                    page.next = page.entities[limit - 1].entity
                    break
                }
                page.entities.append((found.entityID, found.answer.owned))
            }
            return page
        }
    }

    private static func checkLimit(_ limit: Int) throws(ReadError) {
        do throws(LimitError) {
            try LimitError.check(.pageAnswers, limit, in: StoreLimits.pageAnswers)
        } catch {
            throw .limit(error)
        }
    }
}
