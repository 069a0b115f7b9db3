/// Walks over the event times of one series, oldest first: of each, the newest commit that may be seen.
///
/// Borrowed from a ``Snapshot``; uses one cursor, whatever the length of the history.
public struct HistoryIterator: ~Copyable, ~Escapable {
    private var series: SeriesHistory

    @_lifetime(copy series)
    init(_ series: consuming SeriesHistory) {
        self.series = series
    }

    /// The next event time with its newest cell, or `nil` after the last one. Deleted values are left out.
    @_lifetime(copy self)
    public mutating func next() throws(ReadError) -> BorrowedAnswer? {
        if stoppedAt != nil { return nil }
        while let cell = try series.next() {
            if !cell.isTombstone { return BorrowedAnswer(cell, status: cell.status) }
            if stoppedAt != nil { return nil }
        }
        return nil
    }

    /// Steps that the walk has taken, over cells that it gave and cells that it did not.
    package var steps: Int { series.steps }

    /// Lets the walk take about so many steps: then ``next()`` gives `nil`, and ``stoppedAt`` says where it stands.
    package mutating func limitSteps(to count: Int) { series.stepLimit = count }

    /// Where a walk has stopped because of its limit: everything up to this event time was given or passed over.
    package var stoppedAt: Timestamp? { series.stoppedAt.map(Timestamp.init(nanoseconds:)) }
}
