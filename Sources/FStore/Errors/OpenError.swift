/// Why a store could not be opened.
@nonexhaustive
public enum OpenError: Error, Hashable, Sendable {
    /// The directory has no store, and the options do not allow to make one.
    case noStore(directory: String)
    /// The directory cannot be made or used.
    case directory(String, reason: String)
    /// This process has the store open already. A second map of one file would corrupt it.
    case alreadyOpen(directory: String)
    /// The file is there, but it is not a store of this program.
    case notAStore(file: String, reason: String)
    /// The store was written by a newer program.
    case newerFormat(found: Int, supported: Int)
    /// The file is shorter than its own header says: part of it is gone.
    case truncated(file: String, expectedBytes: Int, foundBytes: Int)
    /// An entry that must be read at the start is damaged.
    case damaged(Corruption)
    /// An option lies outside of its limits.
    case limit(LimitError)
    /// The address space or the disk does not allow the map.
    case mapSize(bytes: Int, reason: String)
    /// The system refused something else.
    case storage(String)
}

extension OpenError: CustomStringConvertible {
    /// A sentence to act on.
    public var description: String {
        switch self {
        case .noStore(let directory):
            "there is no store in \(directory)"
        case .directory(let directory, let reason):
            "the directory \(directory) cannot be used: \(reason)"
        case .alreadyOpen(let directory):
            "the store in \(directory) is already open in this process; share the one that is open"
        case .notAStore(let file, let reason):
            "\(file) is not a store of this program: \(reason)"
        case .newerFormat(let found, let supported):
            "the store has format \(found), this program knows formats up to \(supported); use a newer program"
        case .truncated(let file, let expected, let found):
            "\(file) should have \(expected) bytes and has \(found): part of it is gone; restore a backup"
        case .damaged(let corruption):
            "\(corruption); restore a backup"
        case .limit(let error):
            error.description
        case .mapSize(let bytes, let reason):
            "a map of \(bytes) bytes is not possible: \(reason); open the store with a smaller mapSize"
        case .storage(let reason):
            "the store could not be opened: \(reason)"
        }
    }
}
