/// Everything about an open store that can be tuned.
public struct StoreOptions: Sendable {
    /// What an acknowledged write has survived.
    public enum Durability: String, Hashable, Sendable, CaseIterable {
        /// Acknowledged means on disk: nothing is lost when the process or the machine stops.
        case durable
        /// Acknowledged means handed to the system: nothing is lost when the process stops; the last commits may be
        /// lost when the machine does. The file stays sound either way.
        case relaxed
    }

    /// What the program may do with the store.
    public enum Access: Hashable, Sendable {
        /// Read and write; a store is made where there is none.
        case readWrite
        /// Read and write an existing store.
        case readWriteExisting
        /// Read an existing store.
        case readOnly
    }

    /// What the program may do with the store.
    public var access: Access = .readWrite
    /// What an acknowledged write has survived.
    public var durability: Durability = .durable
    /// Bytes of address space for the values file, and so the most it can grow to: 1 MiB to 64 TiB. The disk space is
    /// taken only as it is filled. `nil`: the largest size that the store was ever written with, 64 GiB for a new one.
    public var mapSize: Int?
    /// Read transactions that may be open at once, over all processes: 1 to 65 536. The first process to open decides.
    public var maxReaders = 1024
    /// Writes that may wait for the writer: past it, ``WriteError/busy(_:)``. 1 to 1 000 000.
    public var maxQueuedBatches = 10_000
    /// Bytes that may wait for the writer: past it, ``WriteError/busy(_:)``. 1 MiB to 16 GiB.
    public var maxQueuedBytes = 268_435_456
    /// How far the writer's thread steps back behind other threads when processors are short: 0, not at all, to 19, as
    /// `nice` counts. Reads keep their pace beside a saturated writer; writes get what is left. A process that stands
    /// further back stays there. Threads that the runtime starts to resume a task that waited for a write are born with
    /// the writer's rank.
    public var writerNiceness = 0
    /// How long to rest between two sweeps of what retention no longer keeps: 1 ms to a year. `nil` sweeps only when
    /// ``FeatureStore/sweep()`` is called.
    public var sweepInterval: Duration? = .seconds(300)
    /// Changes that are kept for feeds which have not read them yet: one that falls further behind finds a gap. Nothing
    /// is kept while there is no feed. 1 to 10 000 000. See ``FeatureStore/changes(_:)``.
    public var maxKeptChanges = 65_536
    /// Bytes of memory that those changes take, their values included; what the newest transaction has changed is kept
    /// whatever it takes. 64 KiB to 16 GiB.
    public var maxKeptChangeBytes = 33_554_432
    /// How far the clock may be beyond the newest commit before a write is refused with ``WriteError/clockJump(_:)``,
    /// unless something confirms that so much time has passed: a store that has rested goes on without a word. 1 s to a
    /// year; `nil` believes every clock. See ``FeatureStore/acceptClock()``.
    ///
    /// Has no effect beside a ``clock`` of your own, which is believed.
    public var maxClockJump: Duration? = .seconds(3600)
    /// How long a write waits for another process that holds the write lock, before it and all that follow are refused
    /// with ``WriteError/lockHeld(process:seconds:)``. 10 ms to an hour; `nil` waits as long as it takes.
    public var writeWait: Duration? = .seconds(3)
    /// Is told what an operator should hear of. Called on threads of the store, which it must not block.
    public var notify: (@Sendable (StoreEvent) -> Void)?
    /// The clock that commit times, ttl and maximum ages are measured by.
    public var clock: @Sendable () -> Timestamp = { Timestamp.now() } {
        didSet { clockWitness = nil }
    }

    /// What the clock is held against; `nil` for a clock that is not the system's. For tests.
    package var clockWitness: ClockWitness? = .system

    /// Whether reads look at LMDB's pages themselves where their layout is known. For tests of the other way.
    package var readsPages = true

    /// The defaults.
    public init() {}

    static let mapSizeRange = 1_048_576...70_368_744_177_664
    static let defaultMapSize = 68_719_476_736

    func validate() throws(LimitError) {
        if let mapSize { try LimitError.check(.mapSize, mapSize, in: Self.mapSizeRange) }
        if let sweepInterval {
            let nanoseconds = Int(sweepInterval.clampedNanoseconds)
            try LimitError.check(.sweepInterval, nanoseconds, in: 1_000_000...31_536_000_000_000_000)
        }
        if let maxClockJump {
            let nanoseconds = Int(maxClockJump.clampedNanoseconds)
            try LimitError.check(.maxClockJump, nanoseconds, in: 1_000_000_000...31_536_000_000_000_000)
        }
        if let writeWait {
            let nanoseconds = Int(writeWait.clampedNanoseconds)
            try LimitError.check(.writeWait, nanoseconds, in: 10_000_000...3_600_000_000_000)
        }
        try LimitError.check(.maxReaders, maxReaders, in: 1...65_536)
        try LimitError.check(.writerNiceness, writerNiceness, in: 0...19)
        try LimitError.check(.maxQueuedBatches, maxQueuedBatches, in: 1...1_000_000)
        try LimitError.check(.maxQueuedBytes, maxQueuedBytes, in: 1_048_576...17_179_869_184)
        try LimitError.check(.maxKeptChanges, maxKeptChanges, in: 1...10_000_000)
        try LimitError.check(.maxKeptChangeBytes, maxKeptChangeBytes, in: 65_536...17_179_869_184)
    }
}
