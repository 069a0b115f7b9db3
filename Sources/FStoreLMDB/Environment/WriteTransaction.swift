internal import CLMDB
internal import Glibc

/// The one write transaction. Begun, used and ended on one thread; dropped without a commit it leaves nothing behind.
@safe
package struct WriteTransaction: ~Copyable {
    let handle: OpaquePointer

    package init(in environment: Environment) throws(StorageError) {
        var opened: OpaquePointer?
        try unsafe succeeded(mdb_txn_begin(environment.handle, nil, 0, &opened))
        guard let transaction = unsafe opened else { throw .lmdb(code: MDB_INVALID, function: #function) }
        unsafe handle = transaction
    }

    deinit {
        unsafe mdb_txn_abort(handle)
    }

    /// Makes everything written durable as the environment's options say, and visible. Ends the transaction either way.
    package consuming func commit() throws(StorageError) {
        let transaction = unsafe handle
        let environment = unsafe mdb_txn_env(transaction)
        discard self
        let code = unsafe mdb_txn_commit(transaction)
        // A disk that fills up takes part of a write, and LMDB calls that an I/O error.
        if code == EIO, unsafe isDiskFull(environment) { throw .diskFull }
        try succeeded(code)
    }

    /// A table of this name, made if there is none. Valid once the transaction is committed.
    borrowing func makeTable(_ name: String) throws(StorageError) -> Table {
        var table: MDB_dbi = 0
        try unsafe succeeded(mdb_dbi_open(handle, name, UInt32(MDB_CREATE), &table))
        return Table(handle: table)
    }

    /// The value under `key`, in the map until the next write.
    @_lifetime(borrow self)
    package borrowing func value(forKey key: RawSpan, in table: Table) throws(StorageError) -> RawSpan? {
        var wanted = unsafe MDB_val(key)
        var value = unsafe MDB_val()
        guard try unsafe succeeded(mdb_get(handle, table.handle, &wanted, &value)) else { return nil }
        return unsafe _overrideLifetime(RawSpan(value), borrowing: self)
    }

    /// Stores `value` under `key`, in place of what was there.
    package borrowing func put(_ value: RawSpan, forKey key: RawSpan, in table: Table) throws(StorageError) {
        var key = unsafe MDB_val(key)
        var value = unsafe MDB_val(value)
        try unsafe succeeded(mdb_put(handle, table.handle, &key, &value, 0))
    }

    /// Removes what is under `key`. `false` when there was nothing.
    @discardableResult
    package borrowing func remove(_ key: RawSpan, from table: Table) throws(StorageError) -> Bool {
        var key = unsafe MDB_val(key)
        return try unsafe succeeded(mdb_del(handle, table.handle, &key, nil))
    }

    /// A cursor that can also write.
    @_lifetime(borrow self)
    package borrowing func cursor(over table: Table) throws(StorageError) -> WriteCursor {
        var opened: OpaquePointer?
        try unsafe succeeded(mdb_cursor_open(handle, table.handle, &opened))
        guard let cursor = unsafe opened else { throw .lmdb(code: MDB_INVALID, function: #function) }
        return unsafe WriteCursor(cursor, of: self)
    }
}

/// Whether the disk under the file has no room for even a small write.
private func isDiskFull(_ environment: OpaquePointer?) -> Bool {
    var descriptor: Int32 = 0
    var status = statvfs()
    guard unsafe mdb_env_get_fd(environment, &descriptor) == 0, unsafe fstatvfs(descriptor, &status) == 0 else {
        return false
    }
    return status.f_bavail * status.f_frsize < 65_536
}
