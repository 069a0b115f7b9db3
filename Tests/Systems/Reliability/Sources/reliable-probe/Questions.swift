internal import FStore

/// Everything that can be asked about a store of the workload, with the right answers.
struct Questions {
    /// An answer that was not the right one.
    struct Wrong: Error, CustomStringConvertible {
        enum Kind: String {
            /// Nothing, or an older value: what the right entry's absence would give.
            case older
            /// A value that was never written there.
            case foreign
        }

        var kind: Kind
        var question: String

        var description: String { "\(kind) answer to \(question)" }
    }

    private let histories: [[HistoryEntry]]
    private let written: [Set<HistoryEntry>]
    private let entities: [EntityID]

    /// - Parameters:
    ///   - histories: the histories of all series that the store must hold.
    ///   - written: for each series, everything that was ever written.
    init(histories: [[HistoryEntry]], written: [Set<HistoryEntry>]) throws {
        self.histories = histories
        self.written = written
        entities = try (0..<Workload.seriesCount).map { try Workload.entity(ofSeries: $0) }
    }

    /// Asks for every series: its history, its latest value, and its value as of each event time.
    ///
    /// - Parameters:
    ///   - knownAt: asks what was known then; the histories must be those of that time.
    ///   - note: gets what is wrong and lets the next question be asked; without it, it is thrown.
    func ask(
        _ store: FeatureStore,
        _ features: [FeatureHandle],
        knownAt: Timestamp? = nil,
        note: ((any Error) -> Void)? = nil
    ) throws {
        for (series, expected) in histories.enumerated() {
            let feature = features[Workload.feature(ofSeries: series)]
            let entity = entities[series]
            func asking(_ question: () throws -> Void) throws {
                do {
                    try question()
                } catch {
                    guard let note else { throw error }
                    note(error)
                }
            }
            try asking {
                let page = try store.history(of: feature, for: entity, knownAt: knownAt, limit: 100_000)
                if page.entries == expected { return }
                let kind: Wrong.Kind = page.entries.allSatisfy(written[series].contains) ? .older : .foreign
                throw Wrong(kind: kind, question: "history of series \(series)")
            }
            try asking {
                let latest = try store.value(of: feature, for: entity, at: PointInTime(knownAt: knownAt))
                try compare(latest, expected.last, series, "latest of series \(series)")
            }
            for entry in expected {
                try asking {
                    let time = PointInTime(asOf: entry.eventTime, knownAt: knownAt)
                    let answer = try store.value(of: feature, for: entity, at: time)
                    try compare(answer, entry, series, "series \(series) as of \(entry.eventTime)")
                }
            }
        }
    }

    private func compare(_ answer: Answer, _ expected: HistoryEntry?, _ series: Int, _ question: String) throws {
        guard answer.status != .missing, let eventTime = answer.eventTime, let commitTime = answer.commitTime else {
            if expected != nil { throw Wrong(kind: .older, question: question) }
            return
        }
        let value = answer.status == .null ? .null : answer.value ?? .null
        let found = HistoryEntry(eventTime: eventTime, commitTime: commitTime, value: value)
        if found == expected { return }
        throw Wrong(kind: written[series].contains(found) ? .older : .foreign, question: question)
    }
}
