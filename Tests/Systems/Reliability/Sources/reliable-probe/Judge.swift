internal import FStore
internal import Glibc

/// Opens stores and says which step of the workload each holds: `step N`, or what is wrong with it.
///
/// Step 0 is the empty store, steps 1 to 4 define the features, step 4 + n is batch n.
struct Judge {
    private let workload: Workload
    private var expected: ExpectedStore

    init(seed: UInt64) {
        workload = Workload(seed: seed)
        expected = ExpectedStore(workload)
    }

    /// Judges the directories that are named on the standard input, one a line, until it ends. A line that begins with
    /// `+` also asks that the store takes the next batch.
    mutating func run() {
        while let line = readLine() {
            let goesOn = line.hasPrefix("+")
            let directory = goesOn ? String(line.dropFirst()) : line
            // A store that makes a read go round in circles is judged too: this process then ends.
            _ = alarm(30)
            do {
                say("step \(try judge(directory, goesOn: goesOn))")
            } catch {
                say("wrong \(error)")
            }
        }
    }

    /// The step that the store is at, if everything in it is as it must be.
    mutating func judge(_ directory: String, goesOn: Bool) throws -> Int {
        let store = try FeatureStore(directory: directory, options: Self.options())
        defer { store.close() }
        let features = try Workload.features.compactMap { try store.feature(named: $0.name)?.handle }
        try Self.verify(store)
        guard features.count == Workload.features.count else { return features.count }
        let batch = try Self.batch(of: store)
        try compare(store, features, batch)
        if goesOn {
            try store.write(Self.filled(workload.batch(batch + 1), batch + 1, features))
            try compare(store, features, batch + 1)
            try Self.verify(store)
        }
        return Workload.features.count + batch
    }

    private mutating func compare(_ store: FeatureStore, _ features: [FeatureHandle], _ batch: Int) throws {
        try ask(expected.after(batch), store, features)
        // What was known half way must still be what it was.
        if batch > 1 {
            let time = Workload.commitTime(ofBatch: batch / 2)
            try ask(expected.after(batch / 2), store, features, knownAt: time)
        }
        let last = batch == 0 ? nil : Workload.commitTime(ofBatch: batch)
        guard try store.lastCommitTime() == last else { throw Questions.Wrong(kind: .older, question: "last commit") }
    }

    private func ask(
        _ histories: [[HistoryEntry]],
        _ store: FeatureStore,
        _ features: [FeatureHandle],
        knownAt: Timestamp? = nil
    ) throws {
        try Questions(histories: histories, written: expected.written).ask(store, features, knownAt: knownAt)
    }

    private static func verify(_ store: FeatureStore) throws {
        let report = try store.verify()
        if let problem = report.problems.first { throw problem }
    }

    /// The number of the last batch, from its bookmark.
    static func batch(of store: FeatureStore) throws -> Int {
        guard let bytes = try store.bookmark(Workload.bookmark) else { return 0 }
        return Int(String(decoding: bytes, as: UTF8.self)) ?? -1
    }

    static func options() -> StoreOptions {
        var options = StoreOptions()
        options.clock = { Workload.clock }
        options.mapSize = 1 << 30
        return options
    }

    static func filled(
        _ cells: [Workload.Cell],
        _ number: Int,
        _ features: [FeatureHandle]
    ) throws -> WriteBatch {
        var batch = WriteBatch()
        for cell in cells {
            let feature = features[Workload.feature(ofSeries: cell.series)]
            let entity = try Workload.entity(ofSeries: cell.series)
            if let value = cell.value {
                try batch.put(value, of: feature, for: entity, at: cell.eventTime)
            } else {
                try batch.delete(feature, for: entity, at: cell.eventTime)
            }
        }
        try batch.setBookmark(Workload.bookmark, to: Array("\(number)".utf8))
        return batch
    }
}
