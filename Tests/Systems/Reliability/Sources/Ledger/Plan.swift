package import FStore

/// Everything that decides what the writer does: from a plan, a thread and a sequence number the operation follows.
package struct Plan: Equatable, CustomStringConvertible {
    /// Which operations there are.
    package enum Mix: String {
        /// Batches of every kind, definitions, erasures, retention, sweeps, backups.
        case all
        /// Batches only.
        case writes
        /// As `all`, with event times that move on and retention for everything: the store stays as large as it is.
        case soak
        /// As `all`, with loads that are not erased, in the first operations: a store that is soon large.
        case large
    }

    package var seed: UInt64
    package var threads: Int
    package var mix: Mix
    /// The largest number of cells that is loaded in one batch.
    package var loadCells: Int

    package init(seed: UInt64, threads: Int, mix: Mix, loadCells: Int) {
        self.seed = seed
        self.threads = threads
        self.mix = mix
        self.loadCells = loadCells
    }

    /// As it stands in the first line of a ledger: `plan SEED THREADS MIX CELLS`.
    package var description: String { "plan \(seed) \(threads) \(mix.rawValue) \(loadCells)" }

    package init?(line: [Substring]) {
        guard line.count == 5, line[0] == "plan", let seed = UInt64(line[1]), let threads = Int(line[2]),
            let mix = Mix(rawValue: String(line[3])), let loadCells = Int(line[4])
        else { return nil }
        self.init(seed: seed, threads: threads, mix: mix, loadCells: loadCells)
    }

    // MARK: Names

    /// The feature that tells which batches there are: an entity for each thread, the sequence as event time and value.
    package static let marker = "marker"
    package static func markerEntity(_ thread: Int) -> String { "thread \(thread)" }
    package static func churn(_ thread: Int) -> String { "churn-\(thread)" }
    package static func ring(_ thread: Int) -> String { "ring-\(thread)" }
    package static func load(_ thread: Int) -> String { "load-\(thread)" }
    package static func temporary(_ thread: Int, _ sequence: Int) -> String { "temporary-\(thread)-\(sequence)" }
    package static func own(_ thread: Int, _ number: Int) -> String { "own-\(thread)-\(number)" }
    package static func backupName(_ thread: Int, _ sequence: Int) -> String { "backup-\(thread)-\(sequence)" }

    /// Features that every thread writes to, with the type of each.
    static let shared: [(name: String, type: ValueType)] = [
        ("number", .float64), ("integer", .int64), ("flag", .bool), ("text", .string), ("blob", .bytes),
        ("moment", .timestamp), ("vector", .vector(dimension: 4)), ("document", .json),
        ("kept", .float64), ("aged", .float64),
    ]

    /// What `setUp` defines.
    package var definitions: [FeatureDefinition] {
        let kept = mix == .soak ? Retention(maxVersions: 20) : .unlimited
        var all = Self.shared.map { FeatureDefinition(name: $0.name, type: $0.type, retention: kept) }
        for index in all.indices {
            if all[index].name == "kept" { all[index].retention = Retention(maxVersions: 5) }
            if all[index].name == "aged" { all[index].retention.maxAge = .seconds(Self.maxAge / 1_000_000_000) }
        }
        // Its type is decided by the first value.
        all.append(FeatureDefinition(name: "untyped", retention: kept))
        let markers = mix == .soak ? Retention(maxVersions: 1000) : .unlimited
        all.append(FeatureDefinition(name: Self.marker, type: .int64, retention: markers))
        for thread in 0..<threads {
            all.append(FeatureDefinition(name: Self.churn(thread), type: .int64, retention: kept))
            all.append(FeatureDefinition(name: Self.ring(thread), type: .int64, retention: Retention(maxVersions: 4)))
            all.append(FeatureDefinition(name: Self.load(thread), type: .float64, retention: kept))
        }
        return all
    }

    // MARK: Times

    /// 2023-11-14, a time from which event times are counted.
    static let epoch: Int64 = 1_700_000_000_000_000_000
    /// 2001: older than `aged` keeps, whenever this runs.
    static let longAgo: Int64 = 1_000_000_000_000_000_000
    /// What `aged` keeps: ten years.
    static let maxAge: Int64 = 315_576_000_000_000_000
    /// Cells of `aged` before this one are hidden, whenever this runs; there are none close to it.
    package static let agedFloor: Int64 = 1_200_000_000_000_000_000
}
