internal import FStore

/// What the store must hold after each batch, worked out without the store.
struct ExpectedStore {
    /// The history of each series after so many batches, oldest first: what `history` must answer.
    private(set) var states: [[[HistoryEntry]]]
    /// Everything that was ever written to each series, up to the last batch worked out.
    private(set) var written: [Set<HistoryEntry>]
    private let workload: Workload
    /// Every event time of every series with its newest cell, after the last batch worked out.
    private var cells: [[Timestamp: (commitTime: Timestamp, value: FeatureValue?)]]

    init(_ workload: Workload) {
        self.workload = workload
        states = [Array(repeating: [], count: Workload.seriesCount)]
        written = Array(repeating: [], count: Workload.seriesCount)
        cells = Array(repeating: [:], count: Workload.seriesCount)
    }

    /// The histories after batch `number`.
    mutating func after(_ number: Int) -> [[HistoryEntry]] {
        while states.count <= number { advance() }
        return states[number]
    }

    private mutating func advance() {
        let number = states.count
        var state = states[number - 1]
        let batch = workload.batch(number)
        let commitTime = Workload.commitTime(ofBatch: number)
        for cell in batch {
            cells[cell.series][cell.eventTime] = (commitTime, cell.value)
            guard let value = cell.value else { continue }
            let entry = HistoryEntry(eventTime: cell.eventTime, commitTime: commitTime, value: value)
            written[cell.series].insert(entry)
        }
        for series in Set(batch.map(\.series)) {
            state[series] = cells[series]
                .compactMap { eventTime, cell in
                    cell.value.map { HistoryEntry(eventTime: eventTime, commitTime: cell.commitTime, value: $0) }
                }
                .sorted { $0.eventTime < $1.eventTime }
        }
        states.append(state)
    }
}
