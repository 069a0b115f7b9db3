internal import FStoreLMDB

/// The values of features over time, in one directory.
///
/// Open a store once and share it: every method may be called from any thread and any task. Another process may have
/// the same directory open at the same time; this process may not open it twice.
///
/// ```swift
/// let store = try FeatureStore(directory: "/var/lib/features")
/// let speed = try store.define(FeatureDefinition(name: "wind_speed", type: .float64)).handle
/// try store.put(.float64(10.4), of: speed, for: "JFK", at: .now())
/// let answer = try store.value(of: speed, for: "JFK")
/// ```
public final class FeatureStore: Sendable {
    /// The directory that the store lives in.
    public let directory: String
    /// How it was opened.
    public let options: StoreOptions
    let tables: StoreTables
    let registries: RegistryCache
    let readers: ReaderPool
    let queue: WriteQueue?
    /// `nil` in a store that was opened to read.
    let ring: ChangeRing?
    private let watch: WriteLockWatch?

    /// The values file within a store's directory.
    public static let fileName = "values.mdb"

    /// Opens the store in `directory`, making it where there is none unless the options say otherwise.
    ///
    /// The store is closed when the last reference to it goes, or by ``close()``.
    public init(directory: String, options: StoreOptions = StoreOptions()) throws(OpenError) {
        self.directory = directory
        self.options = options
        let opening = StoreOpening(directory: directory, options: options)
        let opened = try opening.run()
        tables = opened.tables
        registries = RegistryCache(tables: opened.tables)
        readers = ReaderPool(
            environment: opened.environment,
            tables: opened.tables,
            registries: registries,
            maxReaders: options.maxReaders,
            reopen: { [tables] () throws(OpenError) in try opening.runAgain(tables) }
        )
        if options.access == .readOnly {
            queue = nil
            ring = nil
            watch = nil
        } else {
            let queue = WriteQueue(maxBatches: options.maxQueuedBatches, maxBytes: options.maxQueuedBytes)
            self.queue = queue
            let ring = ChangeRing(maxChanges: options.maxKeptChanges, maxBytes: options.maxKeptChangeBytes)
            self.ring = ring
            ring.start(after: try Self.warm(readers, opened.tables, options))
            watch = options.writeWait.map(WriteLockWatch.init(limit:))
            let writer = Writer(
                environment: opened.environment,
                readers: readers,
                tables: opened.tables,
                registries: registries,
                options: options,
                mapSize: opened.mapSize,
                queue: queue,
                ring: ring,
                watch: watch
            )
            try Self.start(writer, queue)
            if let watch { try Self.start(watch, queue, readers, options) }
        }
    }

    deinit {
        close()
    }

    /// Gives the writer its thread. The store counts as drained only when the writer has let go of the map.
    private static func start(_ writer: Writer, _ queue: WriteQueue) throws(OpenError) {
        let handover = Monitor<Writer?>(writer)
        let niceness = writer.options.writerNiceness
        let isRunning = SystemThread.start {
            SystemThread.stepBack(niceness)
            queue.adoptThread()
            handover.withLock { $0.take() }?.run()
            queue.markDrained()
        }
        if isRunning { return }
        queue.markDrained()
        throw .storage("the system has no room for the writer's thread")
    }

    /// Gives the watch its thread. It does not hold the map.
    private static func start(
        _ watch: WriteLockWatch,
        _ queue: WriteQueue,
        _ readers: ReaderPool,
        _ options: StoreOptions
    ) throws(OpenError) {
        let isRunning = SystemThread.start {
            watch.run { duration in
                let process = (try? readers.environment())?.writingProcess()
                queue.giveUp(.lockHeld(process: process, seconds: Int(duration.components.seconds)))
                options.notify?(.writeLockHeld(process: process, for: duration))
            }
        }
        if !isRunning { throw .storage("the system has no room for a thread") }
    }

    /// Reads the definitions, so that the writer knows what waits to be reclaimed and a damaged table is noticed now.
    ///
    /// Returns the newest commit time, or `Int64.min` when there is no commit or it cannot be read.
    private static func warm(
        _ readers: ReaderPool,
        _ tables: StoreTables,
        _ options: StoreOptions
    ) throws(OpenError) -> Int64 {
        do throws(ReadError) {
            let reader = try readers.take(now: options.clock())
            defer { readers.giveBack(reader) }
            return (try? reader.transaction.lastCommit(tables)) ?? .min
        } catch .corrupted(let corruption) {
            throw .damaged(corruption)
        } catch {
            throw .storage(error.description)
        }
    }

    /// Finishes what waits to be written, then lets go of the store. Later calls are refused; calling it again does
    /// nothing.
    ///
    /// Reads that are under way end as they would have.
    public func close() {
        if let queue {
            queue.close()
            queue.waitUntilDrained()
        }
        watch?.close()
        // After the last commit, so that feeds are told of it before they end.
        ring?.close()
        readers.close()
    }

    /// Hands `change` to the writer's thread.
    func enqueue(_ change: ChangeRequest) throws(WriteError) {
        guard let queue else { throw .readOnly }
        try queue.add(change)
    }

    /// Hands `request` to the writer's thread.
    func enqueue(_ request: BatchRequest) throws(WriteError) {
        guard let queue else { throw .readOnly }
        try queue.add(request)
    }
}
