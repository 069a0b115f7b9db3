internal import FStore

/// Everything that can be asked about a store of the workload, with the right answers.
struct Questions {
    /// An answer that was not the right one.
    struct Wrong: Error, CustomStringConvertible {
        var description: String
    }

    private let histories: [[HistoryEntry]]
    private let entities: [EntityID]

    /// - Parameter histories: the histories of all series that the store must hold.
    init(histories: [[HistoryEntry]]) throws {
        self.histories = histories
        entities = try (0..<Workload.seriesCount).map { try Workload.entity(ofSeries: $0) }
    }

    /// Asks for every series: its history, its latest value, and its value as of each event time.
    ///
    /// - Parameters:
    ///   - knownAt: asks what was known then; the histories must be those of that time.
    ///   - damaged: called instead of throwing when the store says that an entry is damaged.
    func ask(
        _ store: FeatureStore,
        _ features: [FeatureHandle],
        knownAt: Timestamp? = nil,
        damaged: ((Corruption) -> Void)? = nil
    ) throws {
        for (series, expected) in histories.enumerated() {
            let feature = features[Workload.feature(ofSeries: series)]
            let entity = entities[series]
            func asking(_ question: () throws -> Void) throws {
                do {
                    try question()
                } catch ReadError.corrupted(let corruption) {
                    guard let damaged else { throw ReadError.corrupted(corruption) }
                    damaged(corruption)
                }
            }
            try asking {
                let page = try store.history(of: feature, for: entity, knownAt: knownAt, limit: 100_000)
                if page.entries != expected {
                    throw Wrong(description: "history of series \(series): \(Self.difference(page.entries, expected))")
                }
            }
            try asking {
                let latest = try store.value(of: feature, for: entity, at: PointInTime(knownAt: knownAt))
                try Self.compare(latest, expected.last, "latest of series \(series)")
            }
            for entry in expected {
                try asking {
                    let time = PointInTime(asOf: entry.eventTime, knownAt: knownAt)
                    try Self.compare(store.value(of: feature, for: entity, at: time), entry, "series \(series) as of")
                }
            }
        }
    }

    private static func compare(_ answer: Answer, _ expected: HistoryEntry?, _ question: String) throws {
        guard let expected else {
            if answer.status != .missing { throw Wrong(description: "\(question): \(answer) instead of nothing") }
            return
        }
        if answer.status == .missing { throw Wrong(description: "\(question): nothing") }
        let value = answer.status == .null ? .null : answer.value
        if value != expected.value || answer.eventTime != expected.eventTime
            || answer.commitTime != expected.commitTime
        {
            throw Wrong(description: "\(question): another value")
        }
    }

    /// A value that was never written is worse than one that cannot be found.
    private static func difference(_ found: [HistoryEntry], _ expected: [HistoryEntry]) -> String {
        let known = Set(expected)
        return found.allSatisfy(known.contains) ? "nothing where a value was" : "another value"
    }
}
