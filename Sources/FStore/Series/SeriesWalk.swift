internal import FStoreLMDB

/// A walk over the cells of one series, all cells of one feature of one entity, from the newest to the oldest.
///
/// The one place that decides which cell is the newest live one. Single reads ask it once; a join asks it for one
/// moment after the other and walks beside the cells; the writer asks it what a row of `latest` should say.
struct SeriesWalk: ~Copyable, ~Escapable {
    private var table: TableWalk
    private var key: ByteComposer
    /// Bytes of a key that all cells of the series share.
    private var prefixBytes: Int
    /// What it stands on; `nil` before the first search, and past the last cell.
    private var entry: Entry?
    private var isBegun = false
    private let checksNeighbors: Bool
    /// No event time above this one is answered with: a tombstone was met at the next one.
    private var ceiling = Int64.max
    /// The newest commit of a tombstone that was met. A reader that sees only earlier commits does not see that
    /// tombstone, and must be given the cell which it hides.
    private(set) var tombstoneCommit = Int64.min

    /// After so many steps the cell that is wanted may as well be far away. A step costs about a fifth of a search
    /// within cached pages.
    private static var stepsBeforeSearch: Int { 16 }
    /// What a search counts as in steps.
    static var stepsOfSearch: Int { 4 }
    /// Steps over versions are counted so many at a time.
    private static var countedTogether: Int { 64 }

    /// A walk that has not entered a series yet.
    ///
    /// - Parameter checksNeighbors: whether the entry that a search finds behind the series must be sound. A damaged
    ///   key of the series looks like that of another one, so that only this tells damage from the end. It costs a
    ///   checksum for each series that ends, which joins pay.
    @inline(__always)
    @_lifetime(copy table, borrow scratch)
    init(_ table: consuming TableWalk, scratch: borrowing Scratch, checksNeighbors: Bool = false) {
        self.table = table
        key = ByteComposer(in: scratch)
        prefixBytes = 0
        entry = nil
        self.checksNeighbors = checksNeighbors
    }

    /// A walk over the series of feature `number` and `entity`.
    @inline(__always)
    @_lifetime(copy table, borrow scratch)
    init(_ table: consuming TableWalk, number: UInt32, entity: RawSpan, scratch: borrowing Scratch) {
        self.init(table, scratch: scratch)
        turn(to: number, entity)
    }

    /// Turns to another series.
    @inline(__always)
    mutating func turn(to number: UInt32, _ entity: RawSpan) {
        key.truncate(to: 0)
        key.appendSeries(number, entity)
        prefixBytes = key.count
        restart()
    }

    @inline(__always)
    private mutating func restart() {
        isBegun = false
        (ceiling, tombstoneCommit) = (.max, .min)
    }

    /// The newest live cell at or before `moment`, of those committed at or before `knownAt`. Neither may ascend from
    /// call to call within a series: what one call has passed over cannot answer the next.
    ///
    /// A tombstone hides its own event time only: the walk goes on before it.
    @inline(__always)
    @_lifetime(copy self)
    mutating func newestLive(asOf moment: Int64, knownAt: Int64) throws(ReadError) -> Cell? {
        // Tombstones that were passed are of commits which this reader does not see: look again from the start.
        if knownAt < tombstoneCommit { restart() }
        var bound = min(moment, ceiling)
        if !isBegun {
            isBegun = true
            try search(bound, knownAt)
        }
        var steps = 0
        while let entry {
            let eventTime = HistoryKey.eventTime(in: entry.key)
            let commitTime = HistoryKey.commitTime(in: entry.key)
            if eventTime > bound || commitTime > knownAt {
                // An older event time, met at a commit that is too new: its own older commits come first.
                bound = min(bound, eventTime)
                steps &+= 1
                if steps <= Self.stepsBeforeSearch, try step() { continue }
                // Too far away for steps, or at the end. The end is believed only after a search: a key that is
                // damaged ends the steps too.
                steps = 0
                try searchAgain(bound, knownAt)
                continue
            }
            guard let cell = Cell(history: entry) else { throw .corrupted(Self.damage(entry)) }
            if !cell.isTombstone { return cell }
            tombstoneCommit = max(tombstoneCommit, commitTime)
            if eventTime == .min { break }
            ceiling = eventTime - 1
            bound = ceiling
        }
        self.entry = nil
        return nil
    }

    /// Whether fewer than `maxVersions` event times of the series are newer than `eventTime`.
    mutating func isAmongNewest(_ maxVersions: Int, eventTime: Int64) throws(ReadError) -> Bool {
        try oldestAmongNewest(maxVersions, notBefore: eventTime) <= eventTime
    }

    /// Retention keeps no event time before this one. Looks no further back than to `notBefore`: whether earlier ones
    /// are kept is not told.
    mutating func oldestKept(
        by rule: FeatureRule,
        at now: Timestamp,
        notBefore: Int64
    ) throws(ReadError) -> Int64 {
        var oldest = rule.oldestKept(at: now)
        if rule.keepsLatest, oldest > notBefore { oldest = min(oldest, try oldestAmongNewest(1, notBefore: .min)) }
        if rule.maxVersions > 0 {
            oldest = max(oldest, try oldestAmongNewest(rule.maxVersions, notBefore: max(oldest, notBefore)))
        }
        return oldest
    }

    /// The event time that is the last of the newest `maxVersions`. The walk ends at `notBefore`.
    mutating func oldestAmongNewest(_ maxVersions: Int, notBefore: Int64) throws(ReadError) -> Int64 {
        restart()
        try searchAgain(.max, .max)
        guard let first = entry else { return .min }
        var eventTime = HistoryKey.eventTime(in: first.key)
        var versions = 1
        var steps = 0
        while versions < maxVersions, eventTime > notBefore {
            guard try step(), let entry else { return .min }
            let found = HistoryKey.eventTime(in: entry.key)
            if found != eventTime {
                eventTime = found
                versions += 1
            }
            steps &+= 1
            if steps % Self.countedTogether == 0 { try spend(Self.countedTogether) }
        }
        return versions == maxVersions ? eventTime : .min
    }

    // MARK: Moving

    /// Moves to the first cell of the series that is not newer than the two times.
    @inline(__always)
    private mutating func search(_ eventTime: Int64, _ commitTime: Int64) throws(ReadError) {
        key.truncate(to: prefixBytes)
        key.appendTimes(eventTime: eventTime, commitTime: commitTime)
        do throws(StorageError) {
            // A copy: the key belongs to this walk too, and lends its bytes to the search.
            var walk = table
            let found = try walk.seek(atOrAfter: key.bytes)
            table = walk
            entry = found
        } catch {
            throw ReadError(error)
        }
        if let found = entry, !isInSeries(found.key) { try endBefore(found) }
    }

    /// The same, out of line: most reads search once, and the code of a second search would stand in their way. A walk
    /// over cells that do not answer comes here after every few steps, so that all of them are counted here.
    @inline(never)
    private mutating func searchAgain(_ eventTime: Int64, _ commitTime: Int64) throws(ReadError) {
        try spend(Self.stepsBeforeSearch + Self.stepsOfSearch)
        try search(eventTime, commitTime)
    }

    private func spend(_ steps: Int) throws(ReadError) {
        if key.spend(steps) { return }
        let allowed = StoreLimits.readSteps
        throw .limit(LimitError(.readSteps, allowed: allowed, given: allowed.upperBound + 1))
    }

    /// Moves to the next cell of the series. `false` where there seems to be none.
    @inline(__always)
    private mutating func step() throws(ReadError) -> Bool {
        // Mostly it is the next entry, and lies in the same page.
        if let next = table.stepShared() {
            entry = next
        } else {
            do throws(StorageError) {
                entry = try table.next(sharing: prefixBytes)
            } catch {
                throw ReadError(error)
            }
        }
        if let found = entry, found.key.byteCount != prefixBytes &+ HistoryKey.timeBytes { try endBefore(found) }
        return entry != nil
    }

    @inline(__always)
    private func isInSeries(_ other: RawSpan) -> Bool {
        other.byteCount == prefixBytes &+ HistoryKey.timeBytes
            && other.starts(with: key.bytes.extracting(first: prefixBytes))
    }

    /// Stands past the last cell. `found` is what lies there instead: of another series, or damaged.
    @inline(never)
    @_lifetime(self: copy self)
    private mutating func endBefore(_ found: Entry) throws(ReadError) {
        entry = nil
        guard checksNeighbors else { return }
        // The length of the entity is part of the prefix: a key with this prefix and of another length is damaged.
        let isForeign = !found.key.starts(with: key.bytes.extracting(first: prefixBytes))
        if !isForeign || Cell(history: found) == nil { throw .corrupted(Self.damage(found)) }
    }

    static func damage(_ entry: Entry) -> Corruption {
        Corruption(table: .history, key: entry.key, reason: "its checksum or its tag does not match")
    }
}
