internal import FStoreLMDB

/// Point-in-time search within one series of `history`: all cells of one feature of one entity, newest first.
///
/// A value type around a walk and the composed prefix of the series; the reader and the writer both use it.
struct HistorySearch: ~Copyable, ~Escapable {
    private var table: TableWalk
    private var key: ByteComposer
    private let seriesBytes: Int

    @inline(__always)
    @_lifetime(copy table, borrow scratch)
    init(_ table: consuming TableWalk, number: UInt32, entity: RawSpan, scratch: borrowing Scratch) {
        self.table = table
        var key = ByteComposer(in: scratch)
        key.appendSeries(number, entity)
        seriesBytes = key.count
        self.key = key
    }

    /// The first cell of the series that is not newer than the two times.
    @inline(__always)
    @_lifetime(copy self)
    private mutating func seek(eventTime: Int64, commitTime: Int64) throws(ReadError) -> Entry? {
        key.truncate(to: seriesBytes)
        key.appendTimes(eventTime: eventTime, commitTime: commitTime)
        do throws(StorageError) {
            // A copy: the key belongs to this search too.
            var walk = table
            let found = try walk.seek(atOrAfter: key.bytes)
            table = walk
            guard let entry = found else { return nil }
            return isInSeries(entry.key) ? entry : nil
        } catch {
            throw ReadError(error)
        }
    }

    private func isInSeries(_ other: RawSpan) -> Bool {
        other.byteCount == seriesBytes + 16 && other.starts(with: key.bytes.extracting(first: seriesBytes))
    }

    /// The newest live cell at or before `asOf`, of those committed at or before `knownAt`.
    ///
    /// A tombstone hides its own event time only: the search goes on before it.
    @inline(__always)
    @_lifetime(copy self)
    mutating func newestLive(asOf: Int64, knownAt: Int64) throws(ReadError) -> StoredCell? {
        var bound = asOf
        while let entry = try seek(eventTime: bound, commitTime: knownAt) {
            let eventTime = HistoryKey.eventTime(in: entry.key)
            if HistoryKey.commitTime(in: entry.key) > knownAt {
                // An older event time, met at a commit that is too new: look among its own older commits.
                bound = eventTime
                continue
            }
            guard let cell = StoredCell(history: entry) else { throw .corrupted(Self.damage(entry)) }
            if cell.tag != .tombstone { return cell }
            if eventTime == .min { return nil }
            bound = eventTime - 1
        }
        return nil
    }

    /// Whether fewer than `maxVersions` event times of the series are newer than `eventTime`.
    mutating func isAmongNewest(_ maxVersions: Int, eventTime: Int64) throws(ReadError) -> Bool {
        try oldestAmongNewest(maxVersions, notBefore: eventTime) <= eventTime
    }

    /// The event time that is the last of the newest `maxVersions`. The walk ends at `notBefore`.
    mutating func oldestAmongNewest(_ maxVersions: Int, notBefore: Int64) throws(ReadError) -> Int64 {
        guard let first = try seek(eventTime: .max, commitTime: .max) else { return .min }
        var eventTime = HistoryKey.eventTime(in: first.key)
        var versions = 1
        while versions < maxVersions, eventTime > notBefore {
            guard let next = try step() else { return .min }
            let found = HistoryKey.eventTime(in: next.key)
            if found != eventTime {
                eventTime = found
                versions += 1
            }
        }
        return versions == maxVersions ? eventTime : .min
    }

    @_lifetime(copy self)
    private mutating func step() throws(ReadError) -> Entry? {
        do throws(StorageError) {
            guard let entry = try table.next(), isInSeries(entry.key) else { return nil }
            return entry
        } catch {
            throw ReadError(error)
        }
    }

    static func damage(_ entry: Entry) -> Corruption {
        Corruption(table: .history, key: entry.key, reason: "its checksum or its tag does not fit")
    }
}
