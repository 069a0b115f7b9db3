internal import FStoreLMDB

/// Walks over all entities of one feature: shorter names first, names of one length byte by byte.
///
/// Borrowed from a ``Snapshot``; uses one cursor, whatever the number of entities. Entities without an answer are left
/// out.
public struct EntityIterator: ~Copyable, ~Escapable {
    private let cursor: OwnedCursor
    private let feature: FeatureHandle
    private let rule: FeatureRule
    private let time: PointInTime
    private let now: Timestamp
    private let scratch = Scratch(capacity: 512)
    /// The entity whose series the walk stands on, or stood on last.
    private var entity: [UInt8]
    private var isPast: Bool

    /// - Parameter after: entities up to and including this one are passed over.
    @_lifetime(copy cursor)
    init(
        _ cursor: consuming OwnedCursor,
        feature: FeatureHandle,
        rule: FeatureRule,
        time: PointInTime,
        now: Timestamp,
        after: EntityID?
    ) {
        self.cursor = cursor
        self.feature = feature
        self.rule = rule
        self.time = time
        self.now = now
        entity = after.map { Array($0.text.utf8) } ?? []
        isPast = false
    }

    /// The next entity that has an answer, or `nil` after the last one.
    @_lifetime(copy self)
    public mutating func next() throws(ReadError) -> EntityAnswer? {
        while try moveToNextEntity() {
            if let answer = try answer() { return answer }
        }
        return nil
    }

    /// Seeks past every cell of the entity at hand. Before the first one, `entity` is empty and sorts before all.
    private mutating func moveToNextEntity() throws(ReadError) -> Bool {
        if isPast { return false }
        var key = ByteComposer(in: scratch)
        key.appendSeries(feature.number, entity.span.raw)
        key.appendTimes(eventTime: .min, commitTime: .min)
        do throws(StorageError) {
            var found = try cursor.walk.seek(atOrAfter: key.bytes)
            if let entry = found, entry.key.isIdentical(to: key.bytes) { found = try cursor.walk.next() }
            if let entry = found, let parsed = HistoryKey(entry.key), parsed.number == feature.number {
                entity = parsed.entity.copied
                return true
            }
        } catch {
            throw ReadError(error)
        }
        isPast = true
        return false
    }

    @_lifetime(copy self)
    private mutating func answer() throws(ReadError) -> EntityAnswer? {
        let series = entity.span.raw
        var search = HistorySearch(TableWalk(cursor.walk), number: feature.number, entity: series, scratch: scratch)
        let asOf = time.asOf?.nanoseconds ?? .max
        let knownAt = time.knownAt?.nanoseconds ?? .max
        guard let cell = try search.newestLive(asOf: asOf, knownAt: knownAt) else { return nil }
        // The search ends on the cell it has found: its key lies in the map and may be lent out.
        guard let stored = try currentEntity() else { return nil }
        let judge = Judge(rule: rule, time: time, now: now)
        let answer = try judge.answer(cell) { maxVersions, eventTime throws(ReadError) in
            try search.isAmongNewest(maxVersions, eventTime: eventTime)
        }
        if answer.status == .missing { return nil }
        // The answer lies in the map, as the cursor's entries do; only the search needed the composed key.
        let mapped = unsafe _overrideLifetime(answer, copying: self)
        return EntityAnswer(entity: stored, answer: mapped)
    }

    @_lifetime(copy self)
    private func currentEntity() throws(ReadError) -> RawSpan? {
        do throws(StorageError) {
            guard let entry = try cursor.walk.current(), let key = HistoryKey(entry.key) else { return nil }
            return key.entity
        } catch {
            throw ReadError(error)
        }
    }
}

/// One entity of a walk and what was found for it.
public struct EntityAnswer: ~Escapable {
    private let entity: RawSpan
    /// What was found. Never ``Status/missing``.
    public let answer: BorrowedAnswer

    @_lifetime(copy entity, copy answer)
    init(entity: RawSpan, answer: BorrowedAnswer) {
        self.entity = entity
        self.answer = answer
    }

    /// The UTF-8 bytes of the entity's name, still in the memory map.
    public var entityBytes: Span<UInt8> {
        @_lifetime(copy self)
        get { entity.octets }
    }

    /// The entity, copied.
    public var entityID: EntityID { EntityID(stored: entity) }
}
