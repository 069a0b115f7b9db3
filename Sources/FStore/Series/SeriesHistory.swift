internal import FStoreLMDB

/// A walk over the event times of one series from the oldest to the newest: of each, the newest commit that may be
/// seen, tombstones too.
///
/// Backwards through the keys, which have the newest cell first. Uses a cursor of its own.
struct SeriesHistory: ~Copyable, ~Escapable {
    private let cursor: OwnedCursor
    private let scratch: Scratch
    private let prefix: [UInt8]
    private let last: Int64
    private let knownAt: Int64
    private var isDone = false
    /// Entries that the walk has stood on, and what its searches count as.
    private(set) var steps = SeriesWalk.stepsOfSearch
    /// After so many steps the walk stops behind the event time that it is at.
    var stepLimit = Int.max
    /// The newest event time that the walk has left behind.
    private var passed: Int64?

    /// Commits of one event time that are stepped over before the walk searches for the last of them.
    private static let stepsBeforeSearch = 16

    /// - Parameter first: the oldest event time wanted; retention has been applied to it.
    @_lifetime(copy cursor)
    init(
        _ cursor: consuming OwnedCursor,
        number: UInt32,
        entity: RawSpan,
        first: Int64,
        last: Int64,
        knownAt: Int64
    ) throws(ReadError) {
        let scratch = Scratch(capacity: 512)
        var key = ByteComposer(in: scratch)
        key.appendSeries(number, entity)
        prefix = key.bytes.copied
        self.last = last
        self.knownAt = knownAt
        // The greatest key of the event time `first`: what comes before it is not older than `first`.
        key.appendTimes(eventTime: first, commitTime: .min)
        do throws(StorageError) {
            isDone = try !Self.stepBack(cursor.walk, to: key.bytes)
        } catch {
            throw ReadError(error)
        }
        self.cursor = cursor
        self.scratch = scratch
    }

    /// Moves to the last entry whose key is not greater than `key`. `false` when there is none.
    private static func stepBack(_ walk: Cursor, to key: RawSpan) throws(StorageError) -> Bool {
        guard let after = try walk.seek(atOrAfter: key) else { return try walk.last() != nil }
        if after.key.isIdentical(to: key) { return true }
        return try walk.previous() != nil
    }

    /// The next event time with its newest cell, or `nil` after the last one.
    @_lifetime(copy self)
    mutating func next() throws(ReadError) -> Cell? {
        let chosen: Entry?
        do throws(StorageError) {
            chosen = try nextEntry()
        } catch {
            throw ReadError(error)
        }
        guard let chosen else { return nil }
        guard let cell = Cell(history: chosen) else { throw .corrupted(SeriesWalk.damage(chosen)) }
        return cell
    }

    /// Where the walk has stopped because of ``stepLimit``: up to this event time all is passed.
    var stoppedAt: Int64? { isDone || steps < stepLimit ? nil : passed }

    /// Commits of one event time come oldest first: the last one that may be seen is the newest.
    @_lifetime(copy self)
    private mutating func nextEntry() throws(StorageError) -> Entry? {
        var chosen: Entry?
        var moment: Int64?
        var commits = 0
        while !isDone {
            guard let entry = try cursor.walk.current(),
                entry.key.byteCount == prefix.count + HistoryKey.timeBytes, entry.key.starts(with: prefix.span.raw)
            else { break }
            let eventTime = HistoryKey.eventTime(in: entry.key)
            if eventTime > last { break }
            if let left = moment, left != eventTime {
                passed = left
                commits = 0
                if chosen != nil { return chosen }
                if steps >= stepLimit { return nil }
            }
            moment = eventTime
            steps += 1
            commits += 1
            let isKnown = HistoryKey.commitTime(in: entry.key) <= knownAt
            if isKnown { chosen = entry }
            if commits > Self.stepsBeforeSearch {
                // A value that was corrected a thousand times: the newest commit that may be seen, then the newest of
                // all, behind which the next event time lies.
                if isKnown { chosen = try seek(eventTime, knownAt) }
                _ = try seek(eventTime, .max)
                steps += 2 * SeriesWalk.stepsOfSearch
            }
            isDone = try cursor.walk.previous() == nil
        }
        isDone = true
        return chosen
    }

    @_lifetime(copy self)
    private func seek(_ eventTime: Int64, _ commitTime: Int64) throws(StorageError) -> Entry? {
        var key = ByteComposer(in: scratch)
        key.append(prefix.span.raw)
        key.appendTimes(eventTime: eventTime, commitTime: commitTime)
        return try cursor.walk.seek(atOrAfter: key.bytes)
    }
}
