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
        while let cell = try series.next() {
            if !cell.isTombstone { return BorrowedAnswer(cell, status: cell.status) }
        }
        return nil
    }
}
