internal import FStoreLMDB

/// An entry of `history`, in whatever state it is: taken apart as far as that can be done.
struct ScannedCell: ~Escapable {
    let entry: Entry
    let number: UInt32
    let entity: RawSpan
    let commitTime: Int64

    /// `nil` where the key is malformed.
    @_lifetime(copy entry)
    init?(_ entry: Entry) {
        guard let key = HistoryKey(entry.key) else { return nil }
        self.entry = entry
        number = key.number
        entity = key.entity
        commitTime = key.commitTime
    }

    /// Whether checksum and tag are right.
    var isSound: Bool { Cell(history: entry) != nil }

    /// The bytes that all cells of the series have in common.
    var series: RawSpan {
        @_lifetime(copy self)
        get { entry.key.extracting(droppingLast: HistoryKey.timeBytes) }
    }
}

/// An entry of `latest`, in whatever state it is.
struct ScannedRow {
    let number: UInt32
    let space: UInt32

    /// `nil` where the key is malformed.
    init?(_ entry: Entry) {
        guard let key = LatestKey(entry.key) else { return nil }
        (number, space) = (key.number, key.space)
    }

    /// What is wrong with the bytes of a row, if anything is.
    static func damage(_ entry: Entry) -> Corruption? {
        if Cell(latestKey: entry.key, value: entry.value) != nil { return nil }
        return Corruption(table: .latest, key: entry.key, reason: "its checksum or its tag does not match")
    }
}

/// What is wrong with a row of `latest`, seen from the history of its series.
enum RowFault {
    case missing
    case superfluous
    case outdated

    var reason: String {
        switch self {
        case .missing: "it is missing"
        case .superfluous: "the series has no live cell"
        case .outdated: "it is not the newest cell of its series"
        }
    }
}

extension Snapshot {
    /// The newest live cell of a series, found by a search of its own, or `nil`. Throws when a cell that the search
    /// must read is damaged.
    @_lifetime(borrow self)
    borrowing func newestLive(_ number: UInt32, _ entity: RawSpan) throws(ReadError) -> Cell? {
        var series = SeriesWalk(try historyWalk(near: true), number: number, entity: entity, scratch: scratch)
        return try series.newestLive(asOf: .max, knownAt: .max)
    }

    /// What is wrong with the row of a series whose newest live cell is `newest`, and the key of the row. A damaged row
    /// is not looked at.
    borrowing func rowFault(
        _ feature: FeatureHandle,
        _ entity: RawSpan,
        _ newest: Cell?
    ) throws(StorageError) -> (fault: RowFault, key: [UInt8])? {
        let scratch = Scratch(capacity: 512)
        var key = ByteComposer(in: scratch)
        key.appendLatestKey(space: feature.space, entity, feature.number)
        let value = try transaction.value(forKey: key.bytes, in: tables.latest)
        guard let newest else { return value == nil ? nil : (.superfluous, key.bytes.copied) }
        guard let value else { return (.missing, key.bytes.copied) }
        guard let row = Cell(latestKey: key.bytes, value: value) else { return nil }
        let isSame = row.eventTime == newest.eventTime && row.commitTime == newest.commitTime
        return isSame && row.storedValue == newest.storedValue ? nil : (.outdated, key.bytes.copied)
    }
}
