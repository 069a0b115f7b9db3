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
