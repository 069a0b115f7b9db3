internal import CLMDB

/// A read transaction that is opened once and then renewed for each burst of lookups, with one cursor a table.
///
/// Used by one caller at a time. `@unchecked Sendable`: with `MDB_NOTLS` it may move between threads, and whoever
/// holds it has taken it out of the pool.
@safe
package final class ReadTransaction: @unchecked Sendable {
    private let handle: OpaquePointer
    /// Keeps the map alive.
    private let environment: Environment
    private let cursors: UnsafeMutablePointer<SharedCursor>
    private let cursorCount: Int
    /// Where the keys of lookups are composed.
    package let scratch = Scratch(capacity: 512)
    /// Where a walk that calls out composes its keys.
    package let walkScratch = Scratch(capacity: 512)

    /// A cursor lags behind a renewal of its transaction until it is used again.
    @unsafe
    private struct SharedCursor {
        var handle: OpaquePointer
        var isCurrent: Bool
    }

    /// Begins a transaction on the newest commit, with a cursor over each of `tables`.
    package init(in environment: Environment, tables: [Table]) throws(StorageError) {
        self.environment = environment
        let transaction = try unsafe Self.begin(in: environment)
        unsafe handle = transaction
        unsafe cursors = UnsafeMutablePointer.allocate(capacity: tables.count)
        var opened = 0
        do throws(StorageError) {
            for table in tables {
                let cursor = try unsafe Self.openCursor(over: table, in: transaction)
                unsafe (cursors + opened).initialize(to: SharedCursor(handle: cursor, isCurrent: true))
                opened += 1
            }
        } catch {
            // `deinit` does not run after a failed `init` that had not set every property.
            for slot in 0..<opened { unsafe mdb_cursor_close(cursors[slot].handle) }
            unsafe cursors.deallocate()
            unsafe mdb_txn_abort(transaction)
            throw error
        }
        cursorCount = opened
    }

    private static func begin(in environment: Environment) throws(StorageError) -> OpaquePointer {
        var opened: OpaquePointer?
        do throws(StorageError) {
            try unsafe succeeded(mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &opened))
        } catch .readersFull {
            try environment.clearStaleReaders()
            try unsafe succeeded(mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &opened))
        }
        guard let transaction = unsafe opened else { throw .lmdb(code: MDB_INVALID, function: #function) }
        return unsafe transaction
    }

    private static func openCursor(over table: Table, in transaction: OpaquePointer) throws(StorageError)
        -> OpaquePointer
    {
        var opened: OpaquePointer?
        try unsafe succeeded(mdb_cursor_open(transaction, table.handle, &opened))
        guard let cursor = unsafe opened else { throw .lmdb(code: MDB_INVALID, function: #function) }
        return unsafe cursor
    }

    deinit {
        for slot in 0..<cursorCount { unsafe mdb_cursor_close(cursors[slot].handle) }
        unsafe cursors.deallocate()
        unsafe mdb_txn_abort(handle)
    }

    /// Opens a reset transaction again, on the newest commit.
    package func renew() throws(StorageError) {
        try unsafe succeeded(mdb_txn_renew(handle))
        for slot in 0..<cursorCount { unsafe cursors[slot].isCurrent = false }
    }

    /// Lets go of the commit it has read, so that its pages may be used again. The slot stays.
    package func reset() {
        unsafe mdb_txn_reset(handle)
    }

    /// Whether it reads from this map.
    package func isOver(_ environment: Environment) -> Bool {
        self.environment === environment
    }

    /// The number of the commit that this transaction sees.
    package var commitNumber: Int {
        unsafe mdb_txn_id(handle)
    }

    /// The shared cursor over the table that was given at `slot`.
    ///
    /// - Parameter near: whether the next search is likely to end close to the last one. A cursor that stands somewhere
    ///   looks around there first, which costs a random search more than it saves.
    @_lifetime(borrow self)
    package func cursor(_ slot: Int, near: Bool) throws(StorageError) -> Cursor {
        precondition(slot >= 0 && slot < cursorCount, "no such cursor")
        if unsafe !near || !cursors[slot].isCurrent {
            try unsafe succeeded(mdb_cursor_renew(handle, cursors[slot].handle))
            unsafe cursors[slot].isCurrent = true
        }
        return unsafe Cursor(cursors[slot].handle, of: self)
    }

    func openCursor(over table: Table) throws(StorageError) -> OpaquePointer {
        try unsafe Self.openCursor(over: table, in: handle)
    }

    /// The value under `key`, still in the map.
    @_lifetime(borrow self)
    package func value(forKey key: RawSpan, in table: Table) throws(StorageError) -> RawSpan? {
        var wanted = unsafe MDB_val(key)
        var value = unsafe MDB_val()
        guard try unsafe succeeded(mdb_get(handle, table.handle, &wanted, &value)) else { return nil }
        return unsafe _overrideLifetime(RawSpan(value), borrowing: self)
    }

    /// Entries, depth and pages of `table`.
    package func statistics(of table: Table) throws(StorageError) -> TableStatistics {
        var status = MDB_stat()
        try unsafe succeeded(mdb_stat(handle, table.handle, &status))
        return TableStatistics(
            entries: status.ms_entries,
            depth: Int(status.ms_depth),
            pages: status.ms_branch_pages + status.ms_leaf_pages + status.ms_overflow_pages
        )
    }

    /// How many pages wait to be used again. Walks the free list: one entry for each commit that freed pages.
    package func countFreePages() throws(StorageError) -> Int {
        let freeList = try unsafe openCursor(over: Table(handle: 0))
        defer { unsafe mdb_cursor_close(freeList) }
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        var pages = 0
        while try unsafe succeeded(mdb_cursor_get(freeList, &key, &value, MDB_NEXT)) {
            // Each value is a list of page numbers, its length first.
            unsafe pages += value.mv_data.loadUnaligned(as: Int.self)
        }
        return pages
    }
}
