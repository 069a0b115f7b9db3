internal import CLMDB

/// Walks one table in key order. A borrowed handle: its transaction owns the memory behind it.
@safe
package struct Cursor: ~Escapable {
    let handle: OpaquePointer

    @_lifetime(borrow owner)
    init<Owner: ~Copyable & ~Escapable>(_ handle: OpaquePointer, of owner: borrowing Owner) {
        unsafe self.handle = handle
    }

    /// Moves to the first entry whose key is not less than `key`.
    @_lifetime(copy self)
    package func seek(atOrAfter key: RawSpan) throws(StorageError) -> Entry? {
        var found = unsafe MDB_val(key)
        var value = unsafe MDB_val()
        guard try unsafe succeeded(mdb_cursor_get(handle, &found, &value, MDB_SET_RANGE)) else { return nil }
        return unsafe entry(found, value)
    }

    /// Moves to the next entry.
    @_lifetime(copy self)
    package func next() throws(StorageError) -> Entry? {
        try move(MDB_NEXT)
    }

    /// Moves to the next entry if the first `prefixBytes` of its key are those of the entry at hand.
    @_lifetime(copy self)
    package func next(sharing prefixBytes: Int) throws(StorageError) -> Entry? {
        guard let here = try current(), here.key.byteCount >= prefixBytes, let next = try next(),
            next.key.starts(with: here.key.extracting(first: prefixBytes))
        else { return nil }
        return next
    }

    /// Moves to the entry before.
    @_lifetime(copy self)
    package func previous() throws(StorageError) -> Entry? {
        try move(MDB_PREV)
    }

    /// The entry it stands on.
    @_lifetime(copy self)
    package func current() throws(StorageError) -> Entry? {
        try move(MDB_GET_CURRENT)
    }

    /// Moves to the last entry of the table.
    @_lifetime(copy self)
    package func last() throws(StorageError) -> Entry? {
        try move(MDB_LAST)
    }

    /// Moves to the first entry of the table.
    @_lifetime(copy self)
    package func first() throws(StorageError) -> Entry? {
        try move(MDB_FIRST)
    }

    @inline(__always)
    @_lifetime(copy self)
    private func move(_ operation: MDB_cursor_op) throws(StorageError) -> Entry? {
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        guard try unsafe succeeded(mdb_cursor_get(handle, &key, &value, operation)) else { return nil }
        return unsafe entry(key, value)
    }

    @inline(__always)
    @_lifetime(copy self)
    private func entry(_ key: MDB_val, _ value: MDB_val) -> Entry {
        unsafe _overrideLifetime(Entry(key, value), copying: self)
    }
}

/// A cursor with its own position, for a walk that must not disturb the transaction's shared cursors.
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
