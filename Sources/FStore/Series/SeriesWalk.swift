internal import FStoreLMDB

/// Answers many moments of one series in one walk, from the newest to the oldest: both the moments and the cells.
struct HistorySweep: ~Copyable, ~Escapable {
    private var table: TableWalk
    private var key: ByteComposer
    private let seriesBytes: Int
    /// What it stands on; `nil` before the first search, and past the last cell.
    private var entry: Entry?
    private var isBegun = false
    /// No event time above this one is answered with: a tombstone was met at the next one.
    private var ceiling = Int64.max
    /// The newest commit of a tombstone that was met. Who knows less does not know of it, and sees what it hides.
    private(set) var tombstoneCommit = Int64.min

    /// After so many steps the cell that is wanted may as well be far away.
    private static var stepsBeforeSearch: Int { 16 }

    @_lifetime(copy table, borrow scratch)
    init(_ table: TableWalk, number: UInt32, entity: RawSpan, scratch: borrowing Scratch) {
        self.table = table
        var key = ByteComposer(in: scratch)
        key.appendSeries(number, entity)
        seriesBytes = key.count
        self.key = key
        entry = nil
    }

    /// The newest live cell at or before `moment`, of those committed at or before `knownAt`. Neither may ascend from
    /// call to call: what one call has passed over is then nothing for the next.
    ///
    /// A tombstone hides its own event time only: the sweep goes on before it.
    @_lifetime(copy self)
    mutating func newestLive(asOf moment: Int64, knownAt: Int64) throws(ReadError) -> StoredCell? {
        if knownAt < tombstoneCommit {
            (ceiling, tombstoneCommit) = (.max, .min)
            isBegun = false
        }
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
                // A damaged key looks like the end of the series: only a search may say that it is reached.
                steps = 0
                try search(bound, knownAt)
                continue
            }
            guard let cell = StoredCell(history: entry) else { throw .corrupted(HistorySearch.damage(entry)) }
            if cell.tag != .tombstone { return cell }
            tombstoneCommit = max(tombstoneCommit, commitTime)
            if eventTime == .min { break }
            ceiling = eventTime - 1
            bound = ceiling
        }
        self.entry = nil
        return nil
    }

    /// Stands on the first cell of the series that is not newer than the two times. What lies there instead must be
    /// sound: a damaged key of the series itself looks like that of another.
    private mutating func search(_ eventTime: Int64, _ knownAt: Int64) throws(ReadError) {
        key.truncate(to: seriesBytes)
        key.appendTimes(eventTime: eventTime, commitTime: knownAt)
        do throws(StorageError) {
            // A copy: the key belongs to this sweep too.
            var walk = table
            let found = try walk.seek(atOrAfter: key.bytes)
            table = walk
            entry = found
        } catch {
            throw ReadError(error)
        }
        if let found = entry, !found.key.starts(with: key.bytes.extracting(first: seriesBytes)) {
            if StoredCell(history: found) == nil { throw .corrupted(HistorySearch.damage(found)) }
            entry = nil
        }
        try checkEntry()
    }

    /// Moves to the next cell of the series. `false` where there seems to be none.
    @inline(__always)
    private mutating func step() throws(ReadError) -> Bool {
        // Mostly it is the next row, and lies in the same page.
        if let next = table.stepShared() {
            entry = next
        } else {
            do throws(StorageError) {
                entry = try table.next(sharing: seriesBytes)
            } catch {
                throw ReadError(error)
            }
        }
        try checkEntry()
        return entry != nil
    }

    /// A key that begins as those of the series do, and is longer or shorter, is damaged: its length is in what it
    /// begins with.
    @inline(__always)
    private func checkEntry() throws(ReadError) {
        guard let entry, entry.key.byteCount != seriesBytes &+ 16 else { return }
        throw .corrupted(HistorySearch.damage(entry))
    }
}
