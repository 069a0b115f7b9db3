internal import CLMDB

/// A cursor of one's own, for a walk that must not disturb the transaction's shared cursors.
@safe
package struct OwnedCursor: ~Copyable, ~Escapable {
    private let handle: OpaquePointer

    @_lifetime(borrow transaction)
    package init(over table: Table, in transaction: borrowing ReadTransaction) throws(StorageError) {
        unsafe handle = try transaction.openCursor(over: table)
    }

    deinit {
        unsafe mdb_cursor_close(handle)
    }

    /// The walk itself. Its entries belong to the transaction; the walk must not be used after its owner is gone.
    package var walk: Cursor {
        @_lifetime(copy self)
        borrowing get { unsafe _overrideLifetime(Cursor(handle, of: self), copying: self) }
    }
}
