internal import CLMDB
internal import Glibc

/// What can go wrong with the map. The layer above turns each case into an error of its own moment.
package enum StorageError: Error, Equatable, Sendable {
    /// The map has no free pages left for the transaction.
    case mapFull
    /// Every slot of the reader table is taken, also after slots of dead processes were cleared.
    case readersFull
    /// LMDB found a page that cannot be.
    case damaged(code: Int32)
    /// The file was written by another, incompatible version of LMDB, or is not an LMDB file.
    case foreignFile(code: Int32)
    /// Another process made the map larger than this one has mapped.
    case mapResized
    /// This process has the file open already: closing either map would drop the locks of both.
    case alreadyOpen
    /// The disk has no room left.
    case diskFull
    /// The operating system refused: `errno` and the call that saw it.
    case system(errno: Int32, function: StaticString)
    /// Any other code of LMDB: `MDB_PANIC` among them.
    case lmdb(code: Int32, function: StaticString)

    package static func == (left: StorageError, right: StorageError) -> Bool {
        left.description == right.description
    }
}

/// Reads the code of one LMDB call: `true` for success, `false` for "not found", an error for the rest.
///
/// The only place where codes are read, so no other file compares them.
@discardableResult
package func succeeded(_ code: Int32, _ function: StaticString = #function) throws(StorageError) -> Bool {
    if code == 0 { return true }
    if code == notFoundCode { return false }
    throw storageError(code, function)
}

private let notFoundCode: Int32 = -30798

/// The error for a code that is neither success nor "not found".
@inline(never)
func storageError(_ code: Int32, _ function: StaticString) -> StorageError {
    switch code {
    case MDB_MAP_FULL: .mapFull
    case MDB_READERS_FULL: .readersFull
    case MDB_MAP_RESIZED: .mapResized
    case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_CURSOR_FULL, MDB_PAGE_FULL: .damaged(code: code)
    case MDB_INVALID, MDB_VERSION_MISMATCH, MDB_INCOMPATIBLE: .foreignFile(code: code)
    case ENOSPC, EDQUOT: .diskFull
    case let code where code > 0: .system(errno: code, function: function)
    default: .lmdb(code: code, function: function)
    }
}

extension StorageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .mapFull: "the map is full"
        case .readersFull: "every reader slot is taken"
        case .damaged(let code): "the file is damaged: \(Self.text(code))"
        case .foreignFile(let code): "the file is not one this program can read: \(Self.text(code))"
        case .mapResized: "another process enlarged the map"
        case .alreadyOpen: "the file is open already in this process"
        case .diskFull: "the disk is full"
        case .system(let errno, let function): "\(Self.text(errno)) (errno \(errno) in \(function))"
        case .lmdb(let code, let function): "\(Self.text(code)) (code \(code) in \(function))"
        }
    }

    private static func text(_ code: Int32) -> String {
        unsafe String(cString: mdb_strerror(code))
    }

    /// Whether writing may go on: the transaction is gone, the environment is sound.
    package var leavesEnvironmentUsable: Bool {
        switch self {
        case .mapFull, .readersFull, .diskFull, .mapResized, .alreadyOpen: true
        case .system(let code, _): code == ENOMEM || code == EINTR
        case .lmdb(let code, _): code != MDB_PANIC
        case .damaged, .foreignFile: false
        }
    }
}
