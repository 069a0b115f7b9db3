internal import FStoreLMDB

/// Why a write was refused. A refused write has changed nothing; for the one that met an I/O error see
/// ``stopped(reason:)``.
@nonexhaustive
public enum WriteError: Error, Hashable, Sendable {
    /// The feature was deleted or erased, or never was.
    case unknownFeature
    /// The space already has a feature of this name, or one call names it twice.
    case duplicateName(String)
    /// The space already has a feature of this name, and this member of its definition is not as given.
    case definitionDiffers(name: String, member: String, existing: String, given: String)
    /// The feature is not as the caller last saw it: it was changed at this time.
    case featureChanged(updated: Timestamp)
    /// A name must be free of control characters and must not look like a UUID.
    case invalidName(String, reason: String)
    /// The value's type is not the feature's.
    case wrongType(feature: String, expected: ValueType, given: ValueType, cell: Int)
    /// The integer would lose digits in a `float64` feature.
    case inexactInteger(feature: String, value: Int64, cell: Int)
    /// NaN and infinity are not values.
    case notFinite(String)
    /// The text is not JSON.
    case invalidJSON(JSONError)
    /// Something lies outside of its limits.
    case limit(LimitError)
    /// More writes wait than the queue holds: try again later.
    case busy(LimitError)
    /// The map has no room for the write. Reads go on.
    case mapFull(bytes: Int)
    /// The disk has no room for the write. Reads go on.
    case diskFull
    /// A write met an I/O error, and nothing has been acknowledged since. Reads go on. Whether the write that met it is
    /// there, whole, or not, shows when the store is opened again; later ones have changed nothing.
    case stopped(reason: String)
    /// The clock is far beyond the newest commit, and nothing confirms it. See ``StoreOptions/maxClockJump``.
    case clockJump(ClockJump)
    /// Another process has held the write lock for so long; its id, if that can be told. Try again later.
    case lockHeld(process: Int32?, seconds: Int)
    /// An erasure has removed so many cells, and then met an obstacle. The store goes on with it by itself.
    case eraseUnfinished(removedCells: Int, reason: String)
    /// The store was opened for reading only.
    case readOnly
    /// The store has been closed.
    case closed
    /// The store is damaged where the write must read it.
    case corrupted(Corruption)
    /// Another process made the map larger: open the store again.
    case mapResized
    /// The system refused something else.
    case storage(String)
}

extension WriteError: CustomStringConvertible {
    /// A sentence to act on.
    public var description: String {
        switch self {
        case .unknownFeature: "the feature was deleted or erased, or never existed; look it up again by name or id"
        case .duplicateName(let name): "there is already a feature named \"\(name.excerpt)\" in this space"
        case .definitionDiffers(let name, let member, let existing, let given):
            "the feature \"\(name.excerpt)\" exists with another \(member): \(existing), and \(given) was given; "
                + "define it with the same \(member), or change the feature with update"
        case .featureChanged(let updated): "the feature was changed at \(updated), after you looked at it"
        case .invalidName(let name, let reason): "\"\(name.excerpt)\" cannot be the name of a feature: \(reason)"
        case .wrongType(let feature, let expected, let given, let cell):
            "cell \(cell): the feature \"\(feature.excerpt)\" takes \(expected); \(given) was given"
        case .inexactInteger(let feature, let value, let cell):
            "cell \(cell): \(value) is beyond 2^53 and would lose digits in \"\(feature.excerpt)\", which takes float64"
        case .notFinite(let value): "\(value.excerpt) is not a number that can be stored; values must be finite"
        case .invalidJSON(let error): error.description
        case .limit(let error): error.description
        case .busy(let error): "too many writes are waiting (\(error)); try again later"
        case .mapFull(let bytes):
            "the store has reached its map size of \(bytes) bytes; nothing was written; open it with a larger map "
                + "(--map-size, map_size), or erase something: room for erasing is kept back"
        case .diskFull:
            "the disk is full; nothing was written; make room on the disk, or erase something: room for erasing is "
                + "kept back"
        case .stopped(let reason):
            "writing stopped after an error (\(reason)); check the disk and open the store again"
        case .clockJump(let jump): jump.description
        case .lockHeld(let process, let seconds):
            "another process\(process.map { " (id \($0))" } ?? "") has held the store's write lock for \(seconds) s; "
                + "writes are refused until it releases the lock or ends"
        case .eraseUnfinished(let cells, let reason):
            "\(cells) cells are erased and others are not yet; the store goes on erasing by itself: \(reason)"
        case .readOnly: "the store was opened for reading only"
        case .closed: "the store has been closed"
        case .corrupted(let corruption): "\(corruption); run `fstore verify` and restore a backup"
        case .mapResized: "another process enlarged the map; open the store again"
        case .storage(let reason): "the write failed: \(reason)"
        }
    }

    init(_ error: StorageError, mapSize: Int) {
        self =
            switch error {
            case .mapFull: .mapFull(bytes: mapSize)
            case .diskFull: .diskFull
            case .mapResized: .mapResized
            default: .storage(error.description)
            }
    }
}
