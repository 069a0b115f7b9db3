internal import FStoreLMDB

/// Why a read has no answer.
@nonexhaustive
public enum ReadError: Error, Hashable, Sendable {
    /// The feature was deleted or erased, or never was.
    case unknownFeature
    /// The features of one read must live in one space.
    case severalSpaces
    /// Something lies outside of its limits.
    case limit(LimitError)
    /// The store is damaged at this place. The rest of it can still be read.
    case corrupted(Corruption)
    /// More reads are open at once than ``StoreOptions/maxReaders`` allows.
    case readersFull(limit: Int)
    /// Another process made the map larger: open the store again.
    case mapResized
    /// The store has been closed.
    case closed
    /// The system refused something else.
    case storage(String)

    init(_ error: StorageError) {
        self =
            switch error {
            case .readersFull: .readersFull(limit: 0)
            case .mapResized: .mapResized
            case .damaged: .corrupted(Corruption(page: "\(error)"))
            default: .storage(error.description)
            }
    }

    /// What a step has thrown that reads both the map and what lies in it.
    init(any error: any Error) {
        self =
            switch error {
            case let error as ReadError: error
            case let error as StorageError: ReadError(error)
            case let error as Corruption: .corrupted(error)
            default: .storage("\(error)")
            }
    }
}

extension ReadError: CustomStringConvertible {
    /// A sentence to act on.
    public var description: String {
        switch self {
        case .unknownFeature: "the feature was deleted or erased, or never existed; look it up again by name or id"
        case .severalSpaces: "the features of one read must live in one space"
        case .limit(let error): error.description
        case .corrupted(let corruption): "\(corruption); run `fstore verify` and restore a backup"
        case .readersFull(let limit):
            "\(limit) reads are open at once, which is the limit; end some, or open the store with a larger maxReaders"
        case .mapResized: "another process enlarged the map; open the store again"
        case .closed: "the store has been closed"
        case .storage(let reason): "the read failed: \(reason)"
        }
    }
}
