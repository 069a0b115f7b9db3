internal import FStoreLMDB
internal import Synchronization

/// Read transactions between two reads: reset, so that they hold no pages, but with their slot in the reader table.
final class ReaderPool: Sendable {
    private struct State {
        var idle: [Reader] = []
        var all: [Reader] = []
        /// `nil` once the store is closed: the map goes with the last reader that is still at work.
        var environment: Environment?
        var isClosed: Bool { environment == nil }
    }

    private let state: Lock<State>
    private let tables: StoreTables
    private let registries: RegistryCache
    private let maxReaders: Int

    init(environment: Environment, tables: StoreTables, registries: RegistryCache, maxReaders: Int) {
        state = Lock(State(environment: environment))
        self.tables = tables
        self.registries = registries
        self.maxReaders = maxReaders
    }

    /// A reader on the newest commit.
    func take(now: Timestamp) throws(ReadError) -> Reader {
        let (idle, isClosed) = state.withLock { ($0.idle.popLast(), $0.isClosed) }
        if isClosed { throw .closed }
        let reader: Reader
        if let idle {
            do throws(ReadError) {
                try idle.renew(registries: registries)
            } catch {
                state.withLock { if !$0.isClosed { $0.idle.append(idle) } }
                throw error
            }
            reader = idle
        } else {
            reader = try open()
        }
        reader.startedAt.store(now.nanoseconds, ordering: .relaxed)
        return reader
    }

    /// The map, while the store is open.
    func environment() throws(ReadError) -> Environment {
        guard let environment = state.withLock({ $0.environment }) else { throw .closed }
        return environment
    }

    private func open() throws(ReadError) -> Reader {
        let environment = try environment()
        let transaction: ReadTransaction
        do throws(StorageError) {
            transaction = try ReadTransaction(in: environment, tables: tables.cursorTables)
        } catch .readersFull {
            throw .readersFull(limit: (try? environment.maxReaders()) ?? maxReaders)
        } catch {
            throw ReadError(error)
        }
        let reader = try Reader(transaction, registries: registries)
        state.withLock { if !$0.isClosed { $0.all.append(reader) } }
        return reader
    }

    /// Ends a read.
    func giveBack(_ reader: Reader) {
        reader.transaction.reset()
        reader.startedAt.store(0, ordering: .relaxed)
        state.withLock { if !$0.isClosed { $0.idle.append(reader) } }
    }

    /// When each read that is open now began.
    func startTimes() -> [Timestamp] {
        state.withLock { state in
            state.all.map { $0.startedAt.load(ordering: .relaxed) }.filter { $0 != 0 }.map(Timestamp.init(nanoseconds:))
        }
    }

    /// Lets go of every idle reader; those in use go when their read ends.
    func close() {
        state.withLock { state in
            state.environment = nil
            state.idle = []
            state.all = []
        }
    }
}
