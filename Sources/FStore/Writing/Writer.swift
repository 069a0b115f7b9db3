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
    let ring: ChangeRing
    private let mapSize: Int
    /// Set after an I/O error: nothing is acknowledged any more.
    private var stopReason: String?
    private var maintenance: Maintenance
    let scratch = WriterScratch()

    init(
        environment: Environment,
        readers: ReaderPool,
        tables: StoreTables,
        registries: RegistryCache,
        options: StoreOptions,
        mapSize: Int,
        queue: WriteQueue,
        ring: ChangeRing
    ) {
        self.environment = environment
        self.readers = readers
        self.tables = tables
        self.registries = registries
        self.options = options
        self.mapSize = mapSize
        self.queue = queue
        self.ring = ring
        maintenance = Maintenance(sweepInterval: options.sweepInterval)
    }

    /// Works until the queue is closed and empty.
    func run() {
        maintenance.add(.finishErasures)
        for number in registries.cached.doomed { maintenance.add(.reclaim(number)) }
        loop: while true {
            let timeout = stopReason == nil ? maintenance.timeout : nil
            switch queue.next(timeout: timeout, maxCells: StoreLimits.batchCells.upperBound) {
            case .batches(let requests): commit(requests)
            case .change(let change): change(self)
            case .nothing: break
            case .closed: break loop
            }
            if let stopReason {
                maintenance.cancel(.stopped(reason: stopReason))
            } else {
                maintenance.step(self)
            }
        }
        maintenance.cancel(.closed)
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

    /// Forces to the disk what relaxed commits have left behind.
    func synchronize() throws(WriteError) {
        do throws(StorageError) { try environment?.synchronize() } catch { throw failure(error) }
    }

    /// The error to report, after noting whether writing may go on.
    func failure(_ error: StorageError) -> WriteError {
        if !error.leavesEnvironmentUsable || environment?.hasFailed == true {
            stopReason = error.description
            return .stopped(reason: error.description)
        }
        return WriteError(error, mapSize: mapSize)
    }

    /// The same for what a step has thrown that reads and writes.
    func failure(any error: any Error) -> WriteError {
        switch error {
        case let error as WriteError: error
        case let error as StorageError: failure(error)
        case let error as Corruption: .corrupted(error)
        case let error as ReadError: WriteError(error)
        default: .storage("\(error)")
        }
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
            let generation = try transaction.registryGeneration(tables)
            let cached = registries.cached
            if cached.generation == generation { return cached }
            let cursor = try transaction.cursor(over: tables.features)
            let registry = try FeatureRegistry(generation: generation, walk: cursor.walk)
            ring.noteForeignCommits()
            registries.publish(registry)
            return registry
        } catch {
            throw failure(any: error)
        }
    }

    /// Stores records in their new state, and removes those of `removed`. Returns the registry that fits.
    func store(
        _ changed: [FeatureRecord],
        removing removed: [UInt32] = [],
        over registry: FeatureRegistry,
        in transaction: borrowing WriteTransaction
    ) throws(StorageError) -> FeatureRegistry {
        for record in changed { try transaction.put(record, tables) }
        for number in removed { try transaction.removeRecord(number, tables) }
        let registry = registry.changing(changed, removing: removed)
        try transaction.putRegistryGeneration(registry.generation, tables)
        return registry
    }

    /// Tells the feeds of changes that have no commit time.
    func publish(_ changes: [Change]) {
        ring.publish(lastCommit: nil, commitBefore: nil) { before, isForeign in
            ChangeBlock(
                changes: changes,
                cells: CellArena(capacity: 0),
                targets: [:],
                commitBefore: before,
                lastCommit: before,
                followsForeignCommits: isForeign
            )
        }
    }

    // MARK: Maintenance

    func schedule(_ job: Maintenance.Job) {
        maintenance.add(job)
    }

    func scheduleSweep() {
        maintenance.addAll(registries.cached)
    }
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
