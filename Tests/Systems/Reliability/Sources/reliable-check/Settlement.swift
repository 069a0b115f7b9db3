internal import FStore
internal import Ledger

/// Decides of every operation in the ledger whether it has happened, and notes what is lost.
///
/// Operations of a thread happen one after the other: a batch that is there, by its marker, proves all before it. What
/// comes after the last batch is asked for one by one. Everything that was acknowledged must have happened.
struct Settlement {
    /// What an unfinished operation has turned out to be.
    struct Decision {
        var thread: Int
        var sequence: Int
        /// `nil`: it has not happened.
        var commitTime: Int64?
        /// Cells of which it cannot be known whether an erasure took them.
        var unseen = 0
    }

    private let store: FeatureStore
    private let ledger: Ledger
    private let plan: Plan
    private let demand: Demand
    private(set) var expectation: Expectation
    private(set) var decisions: [Decision] = []
    private(set) var whole = 0
    private(set) var absent = 0
    private(set) var lost: [String] = []
    private(set) var lastBatch: [Int: Int] = [:]
    /// Cells of which it cannot be known whether an erasure took them: nobody could ever see them.
    private(set) var uncertainCells = 0
    private(set) var newestPresent: Int64 = .min
    private var oldestMissing: Int64 = .max

    /// Which acknowledged operations must be there.
    enum Demand {
        case all
        /// Those that were acknowledged before this line of the ledger: what a backup must hold.
        case before(line: Int)
        /// None, but nothing may be there that came after something missing: a relaxed store after a power cut.
        case anyPrefix
    }

    init(_ store: FeatureStore, _ ledger: Ledger, _ plan: Plan, _ demand: Demand) {
        self.store = store
        self.ledger = ledger
        self.plan = plan
        self.demand = demand
        expectation = Expectation(plan)
    }

    mutating func run() throws {
        for (thread, records) in ledger.threads.sorted(by: { $0.key < $1.key }) { try settle(thread, records) }
        if oldestMissing < newestPresent {
            lost.append("commit \(oldestMissing) is missing although the later \(newestPresent) is there")
        }
    }

    private mutating func settle(_ thread: Int, _ records: [Ledger.Record]) throws {
        let markers = try self.markers(thread)
        let last = markers.keys.max() ?? 0
        lastBatch[thread] = last == 0 ? nil : last
        var isEnded = false
        for (index, record) in records.enumerated() {
            let operation = plan.operation(thread: thread, sequence: record.sequence)
            var commitTime: Int64?
            switch record.outcome {
            case .refused, .skipped, .absent: continue
            case .done(let acknowledged):
                if isRequired(record) || record.sequence <= last {
                    commitTime = acknowledged
                    if case .write = operation, record.sequence > last {
                        lost.append("batch \(thread) \(record.sequence), acknowledged at \(acknowledged), is lost")
                    }
                } else if !isEnded {
                    commitTime = try probe(operation, markers[record.sequence], thread, records[(index + 1)...])
                    isEnded = commitTime == nil
                }
                uncertainCells += record.unseen
                if commitTime == nil, acknowledged != 0 { oldestMissing = min(oldestMissing, acknowledged) }
            case .open, .failed:
                let known = uncertainCells
                commitTime =
                    isEnded ? nil : try probe(operation, markers[record.sequence], thread, records[(index + 1)...])
                whole += commitTime == nil ? 0 : 1
                absent += commitTime == nil ? 1 : 0
                if case .open = record.outcome {
                    decisions.append(
                        Decision(
                            thread: thread,
                            sequence: record.sequence,
                            commitTime: commitTime,
                            unseen: uncertainCells - known
                        )
                    )
                }
            }
            guard let commitTime else { continue }
            newestPresent = max(newestPresent, commitTime)
            expectation.apply(operation, thread: thread, sequence: record.sequence, commitTime: commitTime)
        }
    }

    private func isRequired(_ record: Ledger.Record) -> Bool {
        switch demand {
        case .all: true
        case .before(let line): record.ended ?? .max < line
        case .anyPrefix: false
        }
    }

    // MARK: Asking the store

    /// The commit time of every batch of a thread that is there, by sequence.
    private func markers(_ thread: Int) throws -> [Int: Int64] {
        guard let feature = try store.feature(named: Plan.marker) else { return [:] }
        let entity = try EntityID(Plan.markerEntity(thread))
        var found: [Int: Int64] = [:]
        var cursor: HistoryCursor?
        repeat {
            let page = try store.history(of: feature.handle, for: entity, limit: 100_000, cursor: cursor)
            for entry in page.entries { found[Int(entry.eventTime.nanoseconds)] = entry.commitTime.nanoseconds }
            cursor = page.next
        } while cursor != nil
        return found
    }

    /// Whether an operation that nothing follows has happened: its commit time (0 for anything but a batch), or `nil`.
    private mutating func probe(
        _ operation: Operation,
        _ marker: Int64?,
        _ thread: Int,
        _ following: ArraySlice<Ledger.Record>
    ) throws -> Int64? {
        let hasHappened: Bool
        switch operation {
        case .write: return marker
        case .setUp: hasHappened = try store.feature(named: Plan.marker) != nil
        case .define(let definition): hasHappened = try store.feature(named: definition.name) != nil
        case .delete(let name): hasHappened = try store.feature(named: name) == nil
        case .eraseEntity(let entity): hasHappened = try areGone(expectation.keys(about: entity))
        case .eraseValues(let name): hasHappened = try areGone(expectation.keys(of: name))
        case .retain(let name, let count):
            let found = try store.feature(named: name)?.definition.retention.maxVersions
            hasHappened = found == count || isOverwritten(name, found, thread, following)
        case .sweep, .backup: hasHappened = true
        }
        return hasHappened ? 0 : nil
    }

    /// Whether a later change of the same retention, with no batch in between, has left what was found.
    private func isOverwritten(
        _ name: String,
        _ found: Int?,
        _ thread: Int,
        _ following: ArraySlice<Ledger.Record>
    ) -> Bool {
        for record in following {
            switch plan.operation(thread: thread, sequence: record.sequence) {
            case .write: return false
            case .retain(name, let count) where count == found: return true
            default: continue
            }
        }
        return false
    }

    /// Whether these series have been erased: the first of their cells that could ever be seen tells.
    private mutating func areGone(_ keys: [Expectation.Key]) throws -> Bool {
        var unseen = 0
        for key in keys {
            let cells = expectation.stored(key)
            guard let feature = try store.feature(named: key.feature) else { continue }
            if let cell = cells.first(where: { $0.value != nil }) {
                let time = PointInTime(
                    asOf: Timestamp(nanoseconds: cell.eventTime),
                    knownAt: Timestamp(nanoseconds: cell.commitTime)
                )
                let answer = try store.value(of: feature.handle, for: EntityID(key.entity), at: time)
                return answer.commitTime?.nanoseconds != cell.commitTime
            }
            unseen += cells.count
        }
        uncertainCells += unseen
        return true
    }
}
