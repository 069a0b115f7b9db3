/// What can go wrong with the map. The layer above turns each case into an error of its own moment.
package enum StorageError: Error, Equatable, Sendable {
    /// The map has no free pages left for the transaction.
    case mapFull
    /// Every slot of the reader table is taken, also after slots of dead processes were cleared.
    case readersFull
    /// LMDB found a page that cannot be.
    case damaged(code: Int32)
    /// The file was written by another, incompatible version of LMDB, or is no LMDB file.
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
