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
    let clockGuard: ClockGuard
    private let watch: WriteLockWatch?
    private var reserve: RoomReserve
    /// The newest note of the time in the file, as far as this process knows.
    private var clockNote: ClockNote?
    /// The note of the transaction at hand; it counts when that is committed.
    private var pendingNote: ClockNote?
    private var isClockBelieved = true
    /// Something was erased since ``freeLastCommit()``, perhaps by a process before this one.
    private var mayHaveFreed = true
    /// How much a slice removes: less where there is little room.
    private var sliceBudget = Maintenance.sliceBudget
    /// Set after an I/O error: nothing is acknowledged any more.
    private var stopReason: String? {
        didSet { if let stopReason { queue.noteStop(.stopped(reason: stopReason)) } }
    }
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
        ring: ChangeRing,
        watch: WriteLockWatch?
    ) {
        self.environment = environment
        self.readers = readers
        self.tables = tables
        self.registries = registries
        self.options = options
        self.mapSize = mapSize
        self.queue = queue
        self.ring = ring
        self.watch = watch
        clockGuard = ClockGuard(options)
        reserve = RoomReserve(tables)
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
            case .change(let change): change.run(self)
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
            if error.isLackOfRoom, freeLastCommit() { return commit(requests) }
            if requests.count > 1, error.mayConcernOneBatch {
                for request in requests where !request.isAnswered { commit([request]) }
            } else {
                for request in requests { request.complete(.failure(error)) }
            }
        }
    }

    // MARK: Changes

    /// Runs `body` in a transaction of its own and commits it.
    ///
    /// - Parameters:
    ///   - purpose: whether it may take the room that is kept back.
    ///   - body: gets the transaction and the registry that fits it; returns its result and, when it has changed
    ///     `features`, the records in their new state. May be called twice: the first transaction is then a rehearsal.
    func change<Result>(
        _ purpose: WritePurpose,
        _ body: (borrowing WriteTransaction, FeatureRegistry) throws(WriteError) -> (Result, FeatureRegistry?)
    ) throws(WriteError) -> Result {
        if let stopReason { throw .stopped(reason: stopReason) }
        do throws(WriteError) {
            let result = try changeOnce(purpose, body)
            if purpose == .reclaiming { mayHaveFreed = true }
            return result
        } catch {
            leaveFailedEnvironment()
            if error.isLackOfRoom, purpose == .ordinary, freeLastCommit() { return try change(purpose, body) }
            throw error
        }
    }

    private func changeOnce<Result>(
        _ purpose: WritePurpose,
        isRehearsed: Bool = false,
        _ body: (borrowing WriteTransaction, FeatureRegistry) throws(WriteError) -> (Result, FeatureRegistry?)
    ) throws(WriteError) -> Result {
        let transaction = try begin()
        let registry = try registry(in: transaction)
        // A definition has some tens of kilobytes at most.
        var isAmple = purpose == .reclaiming || isRehearsed
        if !isAmple { isAmple = try isRoomAmple(for: transaction, cells: 16, bytes: 65_536) }
        let (result, changed) = try body(transaction, registry)
        if !isAmple {
            try rehearse(transaction)
            _ = consume transaction
            return try changeOnce(purpose, isRehearsed: true, body)
        }
        try commit(transaction)
        if let changed { registries.publish(changed) }
        return result
    }

    func begin() throws(WriteError) -> WriteTransaction {
        guard let environment else { throw .stopped(reason: stopReason ?? "the file has been closed") }
        pendingNote = nil
        watch?.begin()
        let transaction: WriteTransaction
        do throws(StorageError) {
            transaction = try WriteTransaction(in: environment)
        } catch {
            try endWait()
            throw failure(error)
        }
        try endWait()
        return transaction
    }

    /// - Throws: ``WriteError/lockHeld(process:seconds:)`` when everyone has been told that nothing was written.
    private func endWait() throws(WriteError) {
        guard let watch, !watch.end() else { return }
        watch.waitUntilGivenUp()
        let error = queue.endLockWait()
        options.notify?(.writeLockFree)
        throw error ?? .lockHeld(process: nil, seconds: 0)
    }

    // MARK: Room

    /// Whether a transaction of so many cells and bytes surely leaves what is kept back for erasing.
    func isRoomAmple(
        for transaction: borrowing WriteTransaction,
        cells: Int,
        bytes: Int
    ) throws(WriteError) -> Bool {
        guard let environment else { return true }
        do throws(StorageError) {
            return try reserve.isAmple(transaction, in: environment, cells: cells, bytes: bytes)
        } catch {
            throw failure(error)
        }
    }

    /// Throws ``WriteError/mapFull(bytes:)`` unless the room that is kept back is there beside what the transaction has
    /// written. It must not be committed afterwards.
    func rehearse(_ transaction: borrowing WriteTransaction) throws(WriteError) {
        guard let environment else { return }
        do throws(StorageError) {
            try reserve.rehearse(transaction, in: environment)
        } catch {
            throw failure(error)
        }
    }

    /// Commits nothing new, so that the pages which the commit before has freed can be used.
    ///
    /// LMDB uses a page again from the second commit on behind the one that has freed it. An ordinary write would not
    /// come to that at a full map: it is refused before it commits, for want of just these pages.
    ///
    /// - Returns: whether a write that had no room is to be tried once more.
    private func freeLastCommit() -> Bool {
        if !mayHaveFreed { return false }
        mayHaveFreed = false
        do throws(WriteError) {
            let transaction = try begin()
            guard let last = (try? transaction.lastCommit(tables)) ?? nil,
                (try? transaction.putLastCommit(last, tables)) != nil
            else { return false }
            try commit(transaction)
            return true
        } catch {
            return false
        }
    }

    /// Removes a slice, as large a one as there is room for: what is removed needs pages first and gives them later.
    func removing<Result>(_ slice: (_ budget: Int) throws(WriteError) -> Result) throws(WriteError) -> Result {
        while true {
            do throws(WriteError) {
                let result = try slice(sliceBudget)
                sliceBudget = min(sliceBudget * 2, Maintenance.sliceBudget)
                return result
            } catch {
                guard error.isLackOfRoom, sliceBudget > 1 else { throw error }
                // At least one, or the loop would go round without removing anything.
                sliceBudget = max(1, sliceBudget / 4)
            }
        }
    }

    // MARK: Clock

    /// What the clock says, if it is believed.
    ///
    /// - Throws: ``WriteError/clockJump(_:)``.
    func believedTime(_ lastCommit: Int64?, in transaction: borrowing WriteTransaction) throws(WriteError) -> Int64 {
        let now = options.clock().nanoseconds
        if let lastCommit, clockGuard.isNear(now, lastCommit), isClockBelieved { return now }
        do {
            let note = try transaction.clockNote(tables)
            let known = try lastCommit ?? transaction.created(tables) ?? now
            if let jump = clockGuard.refusal(now, lastCommit: known, note: note) {
                queue.noteClock(.clockJump(jump))
                if isClockBelieved { options.notify?(.clockRefused(jump)) }
                isClockBelieved = false
                throw WriteError.clockJump(jump)
            }
        } catch {
            throw failure(any: error)
        }
        if !isClockBelieved {
            queue.noteClock(nil)
            options.notify?(.clockBelieved)
            isClockBelieved = true
        }
        return now
    }

    /// Notes the time in the transaction now and then, so that the next process can tell how long a rest was.
    func noteTime(_ now: Int64, in transaction: borrowing WriteTransaction) throws {
        if clockNote == nil { clockNote = try transaction.clockNote(tables) }
        guard let note = clockGuard.note(now, replacing: clockNote) else { return }
        try transaction.putClockNote(note, tables)
        pendingNote = note
    }

    /// Commits. After an error that may have left the disk and the page cache apart, nothing is acknowledged any more.
    func commit(_ transaction: consuming WriteTransaction) throws(WriteError) {
        do throws(StorageError) {
            try transaction.commit()
        } catch {
            throw failure(error)
        }
        if let pendingNote { clockNote = pendingNote }
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
        if changed.contains(where: \.needsFormatTwo) { try transaction.raiseFormat(to: 2, tables) }
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
    /// Whether the map or the disk is full.
    var isLackOfRoom: Bool {
        switch self {
        case .mapFull, .diskFull: true
        default: false
        }
    }

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
