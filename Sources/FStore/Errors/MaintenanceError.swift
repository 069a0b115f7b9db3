internal import FStoreLMDB

/// Why keeping house failed.
@nonexhaustive
public enum MaintenanceError: Error, Hashable, Sendable {
    /// The directory that a backup or a restore was to fill holds something already.
    case notEmpty(directory: String)
    /// The directory cannot be made or used.
    case directory(String, reason: String)
    /// What was to be restored is not a store that can be opened.
    case notAStore(OpenError)
    /// The values are out of reach, and not all of their space is taken back yet, for this reason. The store goes on
    /// with it by itself.
    case unfinished(WriteError)
    /// The store could not be written.
    case write(WriteError)
    /// The store could not be read.
    case read(ReadError)
    /// The system refused something else.
    case storage(String)
}

extension MaintenanceError: CustomStringConvertible {
    /// A sentence to act on.
    public var description: String {
        switch self {
        case .notEmpty(let directory): "\(directory) is not empty; name a directory that is empty or does not exist"
        case .directory(let directory, let reason): "the directory \(directory) cannot be used: \(reason)"
        case .notAStore(let error): "the backup has no store that can be restored: \(error)"
        case .unfinished(let error):
            "no read finds the values any more, but some are still in the file; the store goes on removing them by "
                + "itself: \(error)"
        case .write(let error): error.description
        case .read(let error): error.description
        case .storage(let reason): "the system refused: \(reason)"
        }
    }

    init(_ error: StorageError) {
        self = .storage(error.description)
    }
}
