internal import FStoreLMDB

extension Cursor {
    /// Moves to the first cell of the entity that follows `entity` in the history of feature `number`, and gives its
    /// name. An empty `entity` sorts before all.
    ///
    /// One search, however many cells the entity before has: it goes to the greatest key that this one can have.
    @_lifetime(copy self)
    func entity(after entity: RawSpan, of number: UInt32, _ scratch: Scratch) throws(StorageError) -> RawSpan? {
        var key = ByteComposer(in: scratch)
        key.appendSeries(number, entity)
        key.appendTimes(eventTime: .min, commitTime: .min)
        var found = try seek(atOrAfter: key.bytes)
        if let entry = found, entry.key.isIdentical(to: key.bytes) { found = try next() }
        guard let entry = found, let parsed = HistoryKey(entry.key), parsed.number == number else { return nil }
        return parsed.entity
    }
}

/// A walk from series to series of one feature: from entity to entity, in the order of the store.
struct FeatureSeries: ~Copyable, ~Escapable {
    private let cursor: OwnedCursor
    private let number: UInt32
    private let scratch = Scratch(capacity: 512)
    /// The entity whose series the walk stands on, or stood on last.
    private(set) var entity: [UInt8]
    private(set) var isPast = false
    private var searches = 0

    /// - Parameter after: starts behind this entity; an empty name sorts before all.
    @_lifetime(copy cursor)
    init(_ cursor: consuming OwnedCursor, number: UInt32, after: [UInt8]) {
        self.cursor = cursor
        self.number = number
        entity = after
    }

    /// Counts the steps from here on, and refuses more than a request may take.
    func limitSteps() { scratch.stepsLeft = StoreLimits.readSteps.upperBound }

    /// Steps since ``limitSteps()``, with what searches count as: one to an entity, one to its cell.
    var steps: Int {
        let passedOver = max(0, StoreLimits.readSteps.upperBound - scratch.stepsLeft)
        return searches * 2 * SeriesWalk.stepsOfSearch + passedOver
    }

    /// Moves to the next entity. `false` after the last one.
    mutating func next() throws(ReadError) -> Bool {
        if isPast { return false }
        searches += 1
        do throws(StorageError) {
            if let name = try cursor.walk.entity(after: entity.span.raw, of: number, scratch) {
                entity = name.copied
                return true
            }
        } catch {
            throw ReadError(error)
        }
        isPast = true
        return false
    }

    /// The newest live cell of the current entity; see ``SeriesWalk/newestLive(asOf:knownAt:)``. The walk then stands
    /// on that cell.
    @_lifetime(copy self)
    mutating func newestLive(asOf: Int64, knownAt: Int64) throws(ReadError) -> Cell? {
        var series = SeriesWalk(TableWalk(cursor.walk), number: number, entity: entity.span.raw, scratch: scratch)
        // The cell lies in the map, as the cursor's entries do; only the search needed the composed key.
        return unsafe _overrideLifetime(try series.newestLive(asOf: asOf, knownAt: knownAt), copying: self)
    }

    /// The name of the entity as the cell has it that the walk stands on: it lies in the map and may be lent out.
    @_lifetime(copy self)
    func entityInMap() throws(ReadError) -> RawSpan? {
        do throws(StorageError) {
            guard let entry = try cursor.walk.current(), let key = HistoryKey(entry.key) else { return nil }
            return key.entity
        } catch {
            throw ReadError(error)
        }
    }

    /// Whether fewer than `maxVersions` event times of the current entity are newer than `eventTime`. Moves the walk.
    func isAmongNewest(_ maxVersions: Int, eventTime: Int64) throws(ReadError) -> Bool {
        var series = SeriesWalk(TableWalk(cursor.walk), number: number, entity: entity.span.raw, scratch: scratch)
        return try series.isAmongNewest(maxVersions, eventTime: eventTime)
    }
}
