internal import FStoreLMDB

/// The one thread that writes: takes what waits, writes it in one transaction, commits once, tells everyone.
///
/// No timer holds a batch back: while one group is committed the next one gathers, so that a lone caller waits for
/// one commit and many callers share one.
///
/// Everything here runs on the writer's thread. `@unchecked Sendable`: the object is made by another thread and then
/// handed over.
final class Writer: @unchecked Sendable {
    /// `nil` once it has failed.
    private var environment: Environment?
    private let readers: ReaderPool
    let tables: StoreTables
    let registries: RegistryCache
    let options: StoreOptions
    let queue: WriteQueue
    private let mapSize: Int
    /// Set after an I/O error: nothing is acknowledged any more.
    private var stopReason: String?
    private var housekeeping: Housekeeping
    let scratch = WriterScratch()

    init(
        environment: Environment,
        readers: ReaderPool,
        tables: StoreTables,
        registries: RegistryCache,
        options: StoreOptions,
        mapSize: Int,
        queue: WriteQueue
    ) {
        self.environment = environment
        self.readers = readers
        self.tables = tables
        self.registries = registries
        self.options = options
        self.mapSize = mapSize
        self.queue = queue
        housekeeping = Housekeeping(sweepInterval: options.sweepInterval)
    }

    /// Works until the queue is closed and empty.
    func run() {
        housekeeping.add(.finishErasures)
        for number in registries.cached.doomed { housekeeping.add(.reclaim(number)) }
        loop: while true {
            let timeout = stopReason == nil ? housekeeping.timeout : nil
            switch queue.next(timeout: timeout, maxCells: StoreLimits.batchCells.upperBound) {
            case .batches(let requests): commit(requests)
            case .change(let change): change(self)
            case .nothing: break
            case .closed: break loop
            }
            if let stopReason {
                housekeeping.cancel(.stopped(reason: stopReason))
            } else {
                housekeeping.step(self)
            }
        }
        housekeeping.cancel(.closed)
        if options.durability == .relaxed { try? environment?.synchronize() }
    }

    // MARK: Batches

    /// Writes a group in one transaction. When the group fails for a reason that may lie with one of its batches,
    /// each is tried alone, so that only those are refused that have no room or meet the damaged place.
    private func commit(_ requests: [BatchRequest]) {
        if let stopReason { return requests.forEach { $0.complete(.failure(.stopped(reason: stopReason))) } }
        do throws(WriteError) {
            try GroupCommit(self).run(requests)
        } catch {
            leaveFailedEnvironment()
            if requests.count > 1, error.mayConcernOneBatch {
                for request in requests { commit([request]) }
            } else {
                for request in requests { request.complete(.failure(error)) }
            }
        }
    }

    // MARK: Changes

    /// Runs `body` in a transaction of its own and commits it.
    ///
    /// - Parameter body: gets the transaction and the registry that fits it; returns its result and, when it has
    ///   changed `features`, the records in their new state.
    func change<Result>(
        _ body: (borrowing WriteTransaction, FeatureRegistry) throws(WriteError) -> (Result, FeatureRegistry?)
    ) throws(WriteError) -> Result {
        if let stopReason { throw .stopped(reason: stopReason) }
        do throws(WriteError) {
            return try changeOnce(body)
        } catch {
            leaveFailedEnvironment()
            throw error
        }
    }

    private func changeOnce<Result>(
        _ body: (borrowing WriteTransaction, FeatureRegistry) throws(WriteError) -> (Result, FeatureRegistry?)
    ) throws(WriteError) -> Result {
        let transaction = try begin()
        let registry = try registry(in: transaction)
        let (result, changed) = try body(transaction, registry)
        try commit(transaction)
        if let changed { registries.publish(changed) }
        return result
    }

    func begin() throws(WriteError) -> WriteTransaction {
        guard let environment else { throw .stopped(reason: stopReason ?? "the file was let go of") }
        do throws(StorageError) {
            return try WriteTransaction(in: environment)
        } catch {
            throw failure(error)
        }
    }

    /// Commits. After an error that may have left the disk and the page cache apart, nothing is acknowledged any more.
    func commit(_ transaction: consuming WriteTransaction) throws(WriteError) {
        do throws(StorageError) {
            try transaction.commit()
        } catch {
            throw failure(error)
        }
    }

    /// The error to report, after noting whether writing may go on.
    func failure(_ error: StorageError) -> WriteError {
        if !error.leavesEnvironmentUsable || environment?.hasFailed == true {
            stopReason = error.description
            return .stopped(reason: error.description)
        }
        return WriteError(error, mapSize: mapSize)
    }

    /// After an error in a meta page LMDB begins no more reads either: lets go of the map, so that readers may open it
    /// again. No transaction is open now.
    private func leaveFailedEnvironment() {
        guard stopReason != nil, let failed = environment, failed.hasFailed else { return }
        environment = nil
        readers.leaveEnvironment()
    }

    /// The registry that fits the transaction: another process may have changed it.
    func registry(in transaction: borrowing WriteTransaction) throws(WriteError) -> FeatureRegistry {
        do {
            let key = MetaKey.registry
            let generation = try RegistryCache.generation(transaction.value(forKey: key.span.raw, in: tables.meta))
            let cached = registries.cached
            if cached.generation == generation { return cached }
            let cursor = try transaction.cursor(over: tables.features)
            let registry = try FeatureRegistry(generation: generation, walk: cursor.walk)
            registries.publish(registry)
            return registry
        } catch let error as StorageError {
            throw failure(error)
        } catch let error as Corruption {
            throw .corrupted(error)
        } catch let error as ReadError {
            throw WriteError(error)
        } catch {
            throw .storage("\(error)")
        }
    }

    /// Stores one record of a changed registry.
    func put(_ record: FeatureRecord, in transaction: borrowing WriteTransaction) throws(StorageError) {
        let key = Self.featureKey(record.number)
        let value = record.encoded(key: key.span.raw)
        try transaction.put(value.bytes(at: 0, count: value.count), forKey: key.span.raw, in: tables.features)
    }

    /// Stores the counter of a changed registry.
    func store(
        _ changed: FeatureRegistry,
        in transaction: borrowing WriteTransaction
    ) throws(StorageError) -> FeatureRegistry {
        try transaction.putMeta(changed.generation, for: MetaKey.registry, in: tables)
        return changed
    }

    static func featureKey(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }

    // MARK: Housekeeping

    func schedule(_ job: Housekeeping.Job) {
        housekeeping.add(job)
    }

    func scheduleSweep() {
        housekeeping.addAll(registries.cached)
    }
}

/// Memory that the writer composes keys and values in.
struct WriterScratch {
    let history = Scratch(capacity: 512)
    let latest = Scratch(capacity: 512)
    let value = Scratch(capacity: StoreLimits.valueBytes.upperBound + 64)
}

extension WriteError {
    /// Whether a smaller transaction might succeed.
    var mayConcernOneBatch: Bool {
        switch self {
        case .mapFull, .diskFull, .corrupted: true
        default: false
        }
    }

    /// What the writer met while it read.
    init(_ error: ReadError) {
        self =
            switch error {
            case .corrupted(let corruption): .corrupted(corruption)
            case .mapResized: .mapResized
            default: .storage(error.description)
            }
    }
}
