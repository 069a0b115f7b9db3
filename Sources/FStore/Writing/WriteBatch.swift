/// Cells that are written together: all of them or none, under one commit time.
///
/// A batch composes the stored bytes as it is filled, so that the writer has only to stamp and to store them. It is
/// given away when it is written.
///
/// Of several cells for one feature, entity and event time in one batch, the last one counts.
public struct WriteBatch: ~Copyable, Sendable {
    var cells = CellArena()
    private(set) var contents: [CellContent] = []
    private(set) var bookmarks: [(name: String, bytes: [UInt8])] = []
    private var contentOfFeature: [FeatureHandle: Int] = [:]
    private var lastContent = -1

    /// An empty batch.
    public init() {}

    /// How many cells have been put in.
    public var count: Int { cells.cells.count }

    /// How many bytes the batch takes, keys and bookmarks included.
    public var byteCount: Int {
        bookmarks.reduce(cells.byteCount) { $0 + $1.name.utf8.count + $1.bytes.count }
    }

    /// Adds a value of `feature` for `entity`, true from `eventTime` on.
    ///
    /// Whether the value fits the feature is decided when the batch is written.
    ///
    /// - Throws: ``WriteError/limit(_:)``, ``WriteError/notFinite(_:)`` or ``WriteError/invalidJSON(_:)``; the batch
    ///   is then as it was before.
    public mutating func put(
        _ value: FeatureValue,
        of feature: FeatureHandle,
        for entity: EntityID,
        at eventTime: Timestamp
    ) throws(WriteError) {
        try add(value, feature, entity, eventTime)
    }

    /// Deletes the value of `feature` for `entity` at exactly `eventTime`, by a tombstone.
    ///
    /// Reads then answer with the value before it; reads known at an earlier time still see it.
    ///
    /// - Throws: ``WriteError/limit(_:)``.
    public mutating func delete(
        _ feature: FeatureHandle,
        for entity: EntityID,
        at eventTime: Timestamp
    ) throws(WriteError) {
        try add(nil, feature, entity, eventTime)
    }

    /// Adds one row: several features of one entity at one event time.
    ///
    /// - Throws: as ``put(_:of:for:at:)``; the cells before the one that failed are then in the batch.
    public mutating func putRow(
        _ values: [(feature: FeatureHandle, value: FeatureValue)],
        for entity: EntityID,
        at eventTime: Timestamp
    ) throws(WriteError) {
        for (feature, value) in values { try put(value, of: feature, for: entity, at: eventTime) }
    }

    /// Keeps `bytes` under `name` in the same commit, in place of what was there: how far a load has come, say, so that
    /// it can go on exactly where its last acknowledged batch ended.
    ///
    /// - Throws: ``WriteError/limit(_:)``.
    public mutating func setBookmark(_ name: String, to bytes: [UInt8]) throws(WriteError) {
        do throws(LimitError) {
            try LimitError.check(.batchBookmarks, bookmarks.count + 1, in: StoreLimits.batchBookmarks)
            try LimitError.check(.bookmarkNameBytes, name.utf8.count, in: StoreLimits.bookmarkNameBytes)
            try LimitError.check(.bookmarkBytes, bytes.count, in: StoreLimits.bookmarkBytes)
        } catch {
            throw .limit(error)
        }
        bookmarks.append((name, bytes))
    }

    private mutating func add(
        _ value: FeatureValue?,
        _ feature: FeatureHandle,
        _ entity: EntityID,
        _ eventTime: Timestamp
    ) throws(WriteError) {
        try cells.append(value, number: feature.number, entity: entity.bytes, eventTime: eventTime.nanoseconds)
        // Cells of one feature mostly come one after the other: the dictionary is asked when the feature changes.
        if lastContent < 0 || contents[lastContent].feature != feature {
            if let known = contentOfFeature[feature] {
                lastContent = known
            } else {
                lastContent = contents.count
                contentOfFeature[feature] = lastContent
                contents.append(CellContent(feature))
            }
        }
        var content = contents[lastContent]
        content.note(cells.value(count - 1))
        contents[lastContent] = content
    }
}

/// What the store says about an acknowledged batch.
public struct CommitReceipt: Hashable, Sendable {
    /// The commit time that every cell of the batch got: later than that of every batch before, also across
    /// restarts and clocks that step back.
    public let commitTime: Timestamp
    /// How many cells the batch has written. Of several cells for one feature, entity and event time the last counts.
    public let cells: Int
    /// How many of them retention hides at once, so that no read will find them: they are older than
    /// ``Retention/maxAge``, or than the ``Retention/maxVersions`` newest event times. Where more than 100 000 newer
    /// cells would have to be passed over to know, there may be more.
    public let hiddenCells: Int
}
