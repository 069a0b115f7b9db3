import FStore

/// A point-in-time join as a caller writes it today: FStore has reads and walks, and no join of its own.
///
/// The spine is `count` rows of an entity and a moment; the result has a column for each feature, in the order of the
/// spine. The clock begins with the spine in memory, unsorted, and ends with all columns in memory.
struct Joins {
    let lookups: Lookups
    /// Of each row: the number of its entity and the time since the first event, as one number to sort by.
    private let spine: [UInt64]

    init(_ lookups: Lookups) {
        self.lookups = lookups
        let data = lookups.arguments.data
        var generator = SplitMix(seed: lookups.arguments.seed)
        spine = (0..<lookups.arguments.count)
            .map { _ in generator.next(below: data.entities) * data.span + generator.next(below: data.span) }
    }

    private struct Row {
        var key: UInt64
        var place: Int
    }

    /// The rows by entity and time: neighbours in the spine are then neighbours in the store.
    private func sortedRows() -> [Row] {
        var rows = spine.enumerated().map { Row(key: $0.element, place: $0.offset) }
        rows.sort { $0.key < $1.key }
        return rows
    }

    private func moment(_ row: Row) -> Timestamp {
        Timestamp(nanoseconds: DataSet.firstEventTime + Int64(row.key % lookups.arguments.data.span))
    }

    /// One read for each row and feature.
    func byValue() throws -> Outcome {
        try measured { columns in
            let rows = sortedRows()
            for feature in columns.indices {
                let handle = lookups.handles[feature]
                try lookups.store.read { snapshot throws(ReadError) in
                    for row in rows {
                        let name = Lookups.place(of: row.key / lookups.arguments.data.span)
                        let entity = lookups.names.span.extracting(name)
                        let answer = try snapshot.value(of: handle, forEntityBytes: entity, at: .asOf(moment(row)))
                        if let number = answer.value?.float64 { columns[feature][row.place] = number }
                    }
                }
            }
        }
    }

    /// One walk over the history of each asked series, beside its rows.
    func byWalk() throws -> Outcome {
        try measured { columns in
            let rows = sortedRows()
            for feature in columns.indices {
                try lookups.store.read { snapshot throws(ReadError) in
                    var first = 0
                    while first < rows.count {
                        let entity = rows[first].key / lookups.arguments.data.span
                        var end = first
                        while end < rows.count, rows[end].key / lookups.arguments.data.span == entity { end += 1 }
                        let series = (lookups.handles[feature], lookups.entities[Int(entity)])
                        try fill(&columns[feature], rows, first..<end, series, snapshot)
                        first = end
                    }
                }
            }
        }
    }

    /// Gives each row of one entity the last value that is not younger.
    private func fill(
        _ column: inout [Double],
        _ rows: [Row],
        _ range: Range<Int>,
        _ series: (FeatureHandle, EntityID),
        _ snapshot: borrowing Snapshot
    ) throws(ReadError) {
        var history = try snapshot.history(of: series.0, for: series.1, through: moment(rows[range.upperBound - 1]))
        var newest = Double.nan
        var at = range.lowerBound
        while let answer = try history.next() {
            guard let number = answer.value?.float64, let time = answer.eventTime else { continue }
            while at < range.upperBound, moment(rows[at]) < time {
                column[rows[at].place] = newest
                at += 1
            }
            newest = number
        }
        while at < range.upperBound {
            column[rows[at].place] = newest
            at += 1
        }
    }

    /// The sum is one of bits, which does not depend on the order in which others add.
    private func measured(_ body: (inout [[Double]]) throws -> Void) rethrows -> Outcome {
        var columns: [[Double]] = []
        var outcome = try Outcome.measured { _ in
            columns = lookups.handles.map { _ in Array(repeating: Double.nan, count: spine.count) }
            try body(&columns)
        }
        var bits: UInt64 = 0
        for column in columns {
            for number in column where !number.isNaN {
                outcome.found += 1
                bits &+= number.bitPattern
            }
        }
        outcome.sum = Double(bitPattern: bits)
        return outcome
    }
}
