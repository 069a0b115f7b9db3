internal import CLMDB

/// A cursor of the write transaction: walks and writes in key order, and finds the page it last touched without a
/// descent.
@safe
package struct WriteCursor: ~Copyable, ~Escapable {
    private let handle: OpaquePointer

    @_lifetime(borrow owner)
    init(_ handle: OpaquePointer, of owner: borrowing WriteTransaction) {
        unsafe self.handle = handle
    }

    deinit {
        unsafe mdb_cursor_close(handle)
    }

    /// The walk. Its entries are valid until the next write of the transaction.
    package var walk: Cursor {
        @_lifetime(borrow self)
        borrowing get { unsafe Cursor(handle, of: self) }
    }

    /// Stores `value` under `key`, in place of what was there.
    ///
    /// - Parameter isLast: the key is greater than every key of the table, so no descent is needed and pages fill up.
    package borrowing func put(_ value: RawSpan, forKey key: RawSpan, isLast: Bool) throws(StorageError) {
        var key = unsafe MDB_val(key)
        var value = unsafe MDB_val(value)
        try unsafe succeeded(mdb_cursor_put(handle, &key, &value, isLast ? UInt32(MDB_APPEND) : 0))
    }

    /// Removes the entry the cursor stands on; the next step of the walk is the entry after it.
    package borrowing func removeCurrent() throws(StorageError) {
        try unsafe succeeded(mdb_cursor_del(handle, 0))
    }
}
