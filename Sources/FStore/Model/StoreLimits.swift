/// Every limit that is built into the store. What can be tuned stands in ``StoreOptions``.
public enum StoreLimits {
    /// Bytes of an entity's name. The upper end follows from LMDB's longest key, 511 bytes.
    public static let entityBytes = 1...255
    /// Bytes of one stored value.
    public static let valueBytes = 0...65_536
    /// Elements of a vector: 4 bytes each, so that one fills a value.
    public static let vectorDimension = 1...16_384
    /// Bytes of a feature's name.
    public static let featureNameBytes = 1...255
    /// Bytes of a feature's description.
    public static let descriptionBytes = 0...4096
    /// Bytes of a feature's owner.
    public static let ownerBytes = 0...255
    /// Bytes of a feature's source.
    public static let sourceBytes = 0...16_384
    /// Tags of one feature.
    public static let tags = 0...64
    /// Bytes of one tag.
    public static let tagBytes = 1...128
    /// Features of one store, in all spaces, deleted ones not counted.
    public static let features = 0...1_000_000
    /// Cells of one batch. A batch is one transaction, and LMDB keeps up to 131 071 changed pages of one in memory:
    /// each cell may change a page of `history` and one of `latest`.
    public static let batchCells = 1...50_000
    /// Bytes of one batch, keys included.
    public static let batchBytes = 0...67_108_864
    /// Event times that retention may keep.
    public static let maxVersions = 1...4_294_967_295
    /// Nesting of a JSON value.
    public static let jsonDepth = 0...64
    /// Bookmarks of one batch.
    public static let batchBookmarks = 0...64
    /// Bytes of a bookmark's name.
    public static let bookmarkNameBytes = 1...255
    /// Bytes of a bookmark.
    public static let bookmarkBytes = 0...4096
    /// Answers on one page of a history or of a walk over entities.
    public static let pageAnswers = 1...100_000
    /// Bytes of what was sent that an error repeats.
    package static let excerptBytes = 200
    /// Steps of one request of a server over cells that cannot answer it: deleted ones, and ones that are too new or
    /// too old for the question. Reads of a program that embeds the store have no such limit.
    public static let readSteps = 1...10_000_000
}

/// The name of a limit, as errors and documents use it.
public enum Limit: String, Hashable, Sendable {
    /// ``StoreLimits/entityBytes``
    case entityBytes
    /// ``StoreLimits/valueBytes``
    case valueBytes
    /// ``StoreLimits/vectorDimension``
    case vectorDimension
    /// ``StoreLimits/featureNameBytes``
    case featureNameBytes
    /// ``StoreLimits/descriptionBytes``
    case descriptionBytes
    /// ``StoreLimits/ownerBytes``
    case ownerBytes
    /// ``StoreLimits/sourceBytes``
    case sourceBytes
    /// ``StoreLimits/tags``
    case tags
    /// ``StoreLimits/tagBytes``
    case tagBytes
    /// ``StoreLimits/features``
    case features
    /// ``StoreLimits/batchCells``
    case batchCells
    /// ``StoreLimits/batchBytes``
    case batchBytes
    /// ``StoreLimits/maxVersions``
    case maxVersions
    /// ``Retention/maxAge``, in nanoseconds
    case maxAge
    /// ``FeatureDefinition/ttl``, in nanoseconds
    case ttl
    /// ``StoreLimits/jsonDepth``
    case jsonDepth
    /// ``StoreLimits/batchBookmarks``
    case batchBookmarks
    /// ``StoreLimits/bookmarkNameBytes``
    case bookmarkNameBytes
    /// ``StoreLimits/bookmarkBytes``
    case bookmarkBytes
    /// ``StoreLimits/pageAnswers``
    case pageAnswers
    /// ``StoreLimits/readSteps``
    case readSteps
    /// ``StoreOptions/mapSize``
    case mapSize
    /// ``StoreOptions/maxReaders``
    case maxReaders
    /// ``StoreOptions/writerNiceness``
    case writerNiceness
    /// ``StoreOptions/maxQueuedBatches``
    case maxQueuedBatches
    /// ``StoreOptions/maxQueuedBytes``
    case maxQueuedBytes
    /// ``StoreOptions/maxKeptChanges``
    case maxKeptChanges
    /// ``StoreOptions/maxKeptChangeBytes``
    case maxKeptChangeBytes
    /// ``StoreOptions/sweepInterval``, in nanoseconds
    case sweepInterval
    /// ``StoreOptions/maxClockJump``, in nanoseconds
    case maxClockJump
    /// ``StoreOptions/writeWait``, in nanoseconds
    case writeWait
}

/// Something lies outside of a limit.
public struct LimitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which limit.
    public var limit: Limit
    /// What it allows.
    public var allowed: ClosedRange<Int>
    /// What was given.
    public var given: Int

    init(_ limit: Limit, allowed: ClosedRange<Int>, given: Int) {
        self.limit = limit
        self.allowed = allowed
        self.given = given
    }

    static func check(_ limit: Limit, _ given: Int, in allowed: ClosedRange<Int>) throws(LimitError) {
        if !allowed.contains(given) { throw LimitError(limit, allowed: allowed, given: given) }
    }

    /// A sentence with the limit's name, what it allows and what was given.
    public var description: String {
        "\(limit.rawValue) must be \(allowed.lowerBound) to \(allowed.upperBound); \(given) was given"
    }
}
