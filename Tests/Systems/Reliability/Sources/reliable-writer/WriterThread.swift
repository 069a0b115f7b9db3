internal import FStore
internal import Glibc
internal import Ledger

/// One thread of the victim: its operations one after the other, each with a line before and a line after.
final class WriterThread {
    private let store: FeatureStore
    private let arguments: Arguments
    private let number: Int
    private var handles: [String: FeatureHandle] = [:]
    private var refusedInARow = 0
    /// Microseconds to rest after each operation.
    private let pause: Int

    init(_ store: FeatureStore, _ arguments: Arguments, number: Int) {
        self.store = store
        self.arguments = arguments
        self.number = number
        pause = number == arguments.plan.threads ? arguments.backupEvery * 1000 : arguments.pause
    }

    /// Defines what is needed when the store does not have it yet.
    func setUp() -> Bool {
        do throws(ReadError) {
            if try store.feature(named: Plan.marker) != nil { return true }
        } catch {
            writeLine("reliable-writer: \(error)", to: STDERR_FILENO)
            return false
        }
        step(0)
        return refusedInARow == 0
    }

    func run() {
        let last = arguments.operations == 0 ? Int.max : arguments.first + arguments.operations
        for sequence in arguments.first..<last {
            step(sequence)
            if pause > 0 { usleep(UInt32(pause)) }
            // A store that has stopped does not come back.
            if refusedInARow >= 20 { return writeLine("gives-up \(number)") }
        }
    }

    private func step(_ sequence: Int) {
        let operation = arguments.plan.operation(thread: number, sequence: sequence)
        let name = "\(number) \(sequence)"
        writeLine("begin \(name) \(operation.kind)")
        let start = ContinuousClock.now
        do {
            let commitTime = try perform(operation, sequence)
            let waited = (ContinuousClock.now - start) / .nanoseconds(1)
            writeLine("end \(name) \(commitTime) \(Int(waited))")
            refusedInARow = 0
        } catch is MissingFeature {
            writeLine("skipped \(name)")
        } catch {
            refusedInARow += 1
            let verb = Self.isCertain(error, operation) ? "refused" : "failed"
            writeLine("\(verb) \(name) \(String(describing: error).split(separator: " ").joined(separator: "_"))")
            handles = [:]
        }
    }

    private struct MissingFeature: Error {}

    /// Whether the refused operation has certainly not happened: it takes one commit, and that was not tried.
    private static func isCertain(_ error: any Error, _ operation: Operation) -> Bool {
        switch error as? WriteError {
        case .stopped, .storage, nil: return false
        default: break
        }
        switch operation {
        case .write, .setUp, .define, .delete: return true
        default: return false
        }
    }

    /// Returns the commit time of a batch, 0 for anything else.
    private func perform(_ operation: Operation, _ sequence: Int) throws -> Int64 {
        switch operation {
        case .setUp:
            for feature in try store.define(arguments.plan.definitions) { handles[feature.name] = feature.handle }
        case .write(let cells): return try write(cells, sequence)
        case .define(let definition): handles[definition.name] = try store.define(definition).handle
        case .delete(let name):
            try store.delete(handle(name))
            handles[name] = nil
        case .eraseEntity(let entity): _ = try store.erase(EntityID(entity))
        case .eraseValues(let name): handles[name] = try store.eraseValues(of: handle(name)).handle
        case .retain(let name, let maxVersions):
            let update = FeatureUpdate(retention: Retention(maxVersions: maxVersions))
            _ = try store.update(handle(name), update)
        case .sweep: try store.sweep()
        case .backup:
            guard let backups = arguments.backups else { throw MissingFeature() }
            try store.backup(to: backups + "/" + Plan.backupName(number, sequence))
        }
        return 0
    }

    private func write(_ cells: [PlannedCell], _ sequence: Int) throws -> Int64 {
        var batch = WriteBatch()
        for cell in cells + [PlannedCell(markerOf: number, sequence: sequence)] {
            let handle = try handle(cell.feature)
            let entity = try EntityID(cell.entity)
            let eventTime = Timestamp(nanoseconds: cell.eventTime)
            if let value = cell.value {
                try batch.put(value, of: handle, for: entity, at: eventTime)
            } else {
                try batch.delete(handle, for: entity, at: eventTime)
            }
        }
        try batch.setBookmark(Plan.markerEntity(number), to: Array("\(sequence)".utf8))
        return try store.write(batch).commitTime.nanoseconds
    }

    private func handle(_ name: String) throws -> FeatureHandle {
        if let known = handles[name] { return known }
        guard let feature = try store.feature(named: name) else { throw MissingFeature() }
        handles[name] = feature.handle
        return feature.handle
    }
}
