internal import FStore
internal import Glibc
internal import Ledger

/// Reads what the writers are writing, and holds every answer to rules that need no ledger.
struct ReaderThread {
    private let store: FeatureStore
    private let plan: Plan
    private var random: SplitMix

    init(_ store: FeatureStore, _ plan: Plan, number: Int) {
        self.store = store
        self.plan = plan
        random = SplitMix(seed: plan.seed &+ UInt64(number) &+ 77)
    }

    func run() {
        var copy = self
        while true {
            do {
                try copy.read()
            } catch ReadError.unknownFeature {
                // Erased in between.
            } catch {
                writeLine("wrong \(error)")
                exit(4)
            }
            usleep(500)
        }
    }

    private struct Wrong: Error {
        var reason: String
    }

    private mutating func read() throws {
        let definitions = plan.definitions
        let name = definitions[random.below(definitions.count)].name
        guard let feature = try store.feature(named: name) else { return }
        let number = random.below(12)
        let entity = try EntityID(number == 11 ? String(repeating: "é", count: 127) : "entity \(number)")
        let known = try store.lastCommitTime() ?? .now()
        let latest = try store.value(of: feature.handle, for: entity, at: .latest(knownAt: known))
        let history = try store.history(of: feature.handle, for: entity, knownAt: known, limit: 100_000).entries
        var previous: Timestamp?
        for entry in history {
            if let previous, entry.eventTime <= previous { throw Wrong(reason: "\(name): history is out of order") }
            if entry.commitTime > known { throw Wrong(reason: "\(name): a commit from after the question") }
            previous = entry.eventTime
        }
        // Between the two, writers may have gone on and retention may have hidden the older; nothing else may.
        let isKept = feature.definition.retention == .unlimited && !name.hasPrefix("churn")
        if isKept, latest.eventTime != history.last?.eventTime || latest.commitTime != history.last?.commitTime {
            throw Wrong(reason: "\(name): latest and history differ at \(known)")
        }
    }
}
