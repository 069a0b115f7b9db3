internal import FStoreLMDB
internal import Glibc
internal import Synchronization

/// Read transactions between two reads. They are reset, so that they hold no pages, and keep their slot in the reader
/// table: to renew one takes no lock of LMDB, to begin a new one does.
final class ReaderPool: Sendable {
    private struct State {
        var idle: [Reader] = []
        var all: [Reader] = []
        /// `nil` once the store is closed, and between a failure and the next read: the map goes with the last reader
        /// that is still at work.
        var environment: Environment?
        var isClosed = false
    }

    private let state: Lock<State>
    private let tables: StoreTables
    private let registries: RegistryCache
    private let maxReaders: Int
    private let reopen: @Sendable () throws(OpenError) -> Environment

    /// - Parameter reopen: opens the same file again, for reading, once nobody in this process has it open.
    init(
        environment: Environment,
        tables: StoreTables,
        registries: RegistryCache,
        maxReaders: Int,
        reopen: @escaping @Sendable () throws(OpenError) -> Environment
    ) {
        state = Lock(State(environment: environment))
        self.tables = tables
        self.registries = registries
        self.maxReaders = maxReaders
        self.reopen = reopen
    }

    /// A reader on the newest commit.
    func take(now: Timestamp) throws(ReadError) -> Reader {
        // The last one that was put back: its pages and scratch are most likely still in a cache.
        let (idle, isClosed) = state.withLock { ($0.idle.popLast(), $0.isClosed) }
        if isClosed { throw .closed }
        let reader: Reader
        if let idle {
            do throws(ReadError) {
                try idle.renew(registries: registries)
            } catch {
                // It was reset before and is again; the next read may have more luck.
                keep(idle)
                throw error
            }
            reader = idle
        } else {
            reader = try open()
        }
        reader.startedAt.store(now.nanoseconds, ordering: .relaxed)
        return reader
    }

    /// The map, while the store is open. Opened again after a failure.
    func environment() throws(ReadError) -> Environment {
        var patience = 100
        while true {
            do throws(OpenError) {
                let (environment, isClosed) = try state.withLock { state throws(OpenError) in
                    // Under the lock, so that one thread opens the file and the others find it open.
                    if state.environment == nil, !state.isClosed { state.environment = try reopen() }
                    return (state.environment, state.isClosed)
                }
                if let environment, !isClosed { return environment }
            } catch .alreadyOpen where patience > 0 {
                // Reads that were under way have the failed map yet; most last for microseconds.
                patience -= 1
                usleep(1000)
            } catch {
                throw .storage("the values file could not be opened again after an error: \(error)")
            }
            if state.withLock({ $0.isClosed }) { throw .closed }
        }
    }

    /// Lets go of a map over which LMDB begins no more reads. The next read opens it again, once reads that are still
    /// under way have ended.
    func leaveEnvironment() {
        state.withLock { state in
            state.environment = nil
            state.idle = []
            state.all = []
        }
    }

    /// Puts a reader back, unless its map is no longer that of the store.
    private func keep(_ reader: Reader) {
        state.withLock { state in
            if let environment = state.environment, reader.transaction.isOver(environment) { state.idle.append(reader) }
        }
    }

    private func open() throws(ReadError) -> Reader {
        let environment = try environment()
        let transaction: ReadTransaction
        do throws(StorageError) {
            transaction = try ReadTransaction(in: environment, tables: tables.searchedTables)
        } catch .readersFull {
            throw .readersFull(limit: (try? environment.maxReaders()) ?? maxReaders)
        } catch {
            throw ReadError(error)
        }
        let reader = try Reader(transaction, registries: registries)
        state.withLock { if $0.environment === environment { $0.all.append(reader) } }
        return reader
    }

    /// Ends a read.
    func giveBack(_ reader: Reader) {
        // First: an open transaction keeps the writer from using freed pages again, and nothing below needs it.
        reader.transaction.reset()
        reader.startedAt.store(0, ordering: .relaxed)
        keep(reader)
    }

    /// When each read that is open now began.
    func startTimes() -> [Timestamp] {
        state.withLock { state in
            state.all.map { $0.startedAt.load(ordering: .relaxed) }.filter { $0 != 0 }.map(Timestamp.init(nanoseconds:))
        }
    }

    /// Lets go of every idle reader; those in use go when their read ends.
    func close() {
        state.withLock { $0.isClosed = true }
        leaveEnvironment()
    }
}

/// A pooled read transaction with the registry that fits it.
///
/// `@unchecked Sendable`: the caller that has taken it out of the pool is its only user; others read only `startedAt`.
final class Reader: @unchecked Sendable {
    let transaction: ReadTransaction
    private(set) var registry: FeatureRegistry
    private var registryCommit: Int
    /// Nanoseconds since 1970 when the read in progress began; 0 when there is none.
    let startedAt = Atomic<Int64>(0)

    init(_ transaction: ReadTransaction, registries: RegistryCache) throws(ReadError) {
        self.transaction = transaction
        registry = try registries.registry(for: transaction)
        registryCommit = transaction.commitNumber
    }

    /// Moves to the newest commit. While there is no new commit, the registry still fits and is not looked up.
    func renew(registries: RegistryCache) throws(ReadError) {
        do throws(StorageError) {
            try transaction.renew()
        } catch {
            throw ReadError(error)
        }
        guard transaction.commitNumber != registryCommit else { return }
        do throws(ReadError) {
            registry = try registries.registry(for: transaction)
            registryCommit = transaction.commitNumber
        } catch {
            transaction.reset()
            throw error
        }
    }
}
