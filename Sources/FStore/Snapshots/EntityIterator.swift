internal import FStoreLMDB

/// Walks over all entities of one feature: shorter names first, names of one length byte by byte.
///
/// Borrowed from a ``Snapshot``; uses one cursor, whatever the number of entities. Entities without an answer are left
/// out.
public struct EntityIterator: ~Copyable, ~Escapable {
    private var series: FeatureSeries
    private let visibility: Visibility
    private var hasBegun = false
    private var stepLimit = Int.max

    @_lifetime(copy series)
    init(_ series: consuming FeatureSeries, visibility: Visibility) {
        self.series = series
        self.visibility = visibility
    }

    /// The next entity that has an answer, or `nil` after the last one.
    @_lifetime(copy self)
    public mutating func next() throws(ReadError) -> EntityAnswer? {
        while !hasStopped, try series.next() {
            hasBegun = true
            if let answer = try answer() { return answer }
        }
        return nil
    }

    /// Lets the walk take about so many steps: then ``next()`` gives `nil`, and ``stoppedAt`` says where it stands.
    package mutating func limitSteps(to count: Int) {
        stepLimit = count
        series.limitSteps()
    }

    /// At least one entity is dealt with, so that a walk page by page always comes on.
    private var hasStopped: Bool { hasBegun && !series.isPast && series.steps >= stepLimit }

    /// Where a walk has stopped because of its limit: everything up to this entity was given or passed over.
    package var stoppedAt: EntityID? {
        hasStopped ? try? EntityID(String(decoding: series.entity, as: UTF8.self)) : nil
    }

    @_lifetime(copy self)
    private mutating func answer() throws(ReadError) -> EntityAnswer? {
        let asOf = visibility.time.asOf?.nanoseconds ?? .max
        let knownAt = visibility.time.knownAt?.nanoseconds ?? .max
        guard let cell = try series.newestLive(asOf: asOf, knownAt: knownAt) else { return nil }
        // Before anything else moves the walk: the name is lent out as the key of the cell has it.
        guard let entity = try series.entityInMap() else { return nil }
        let answer = try visibility.answer(cell) { maxVersions, eventTime throws(ReadError) in
            try series.isAmongNewest(maxVersions, eventTime: eventTime)
        }
        return answer.status == .missing ? nil : EntityAnswer(entity: entity, answer: answer)
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
