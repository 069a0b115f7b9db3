internal import CLMDB

/// A read transaction that is opened once and then renewed for each burst of lookups.
///
/// Used by one caller at a time. `@unchecked Sendable`: with `MDB_NOTLS` it may move between threads, and whoever
/// holds it has taken it out of the pool.
@safe
package final class ReadTransaction: @unchecked Sendable {
    private let handle: OpaquePointer
    /// Keeps the map alive.
    private let environment: Environment
    private let slots: UnsafeMutablePointer<Slot>
    private let slotCount: Int
    /// Whether it sees a commit, whose pages nobody uses again meanwhile.
    private var isOpen = true
    /// For each slot the leaf that was read last in this commit.
    private let lastLeaves: UnsafeMutablePointer<TreePage?>
    /// Where the keys of lookups are composed.
    package let scratch = Scratch(capacity: 512)
    /// Where a walk that calls out composes its keys.
    package let walkScratch = Scratch(capacity: 512)

    /// What a transaction keeps for a table. It lags behind a renewal until the table is used again.
    @unsafe
    private struct Slot {
        let table: Table
        let name: [UInt8]
        let cursor: OpaquePointer
        var isCursorCurrent = true
        var root: TreeRoot?
        var isRootCurrent = false
    }

    /// Begins a transaction on the newest commit, ready to search each of `tables`, which have these names.
    package init(in environment: Environment, tables: [(name: String, table: Table)]) throws(StorageError) {
        self.environment = environment
        let transaction = try unsafe Self.begin(in: environment)
        unsafe handle = transaction
        unsafe slots = UnsafeMutablePointer.allocate(capacity: tables.count)
        unsafe lastLeaves = UnsafeMutablePointer.allocate(capacity: tables.count)
        unsafe lastLeaves.initialize(repeating: nil, count: tables.count)
        var opened = 0
        do throws(StorageError) {
            for (name, table) in tables {
                let cursor = try unsafe Self.openCursor(over: table, in: transaction)
                unsafe (slots + opened).initialize(to: Slot(table: table, name: Array(name.utf8), cursor: cursor))
                opened += 1
            }
        } catch {
            // `deinit` does not run after a failed `init` that had not set every property.
            unsafe Self.close(slots, opened)
            unsafe lastLeaves.deallocate()
            unsafe mdb_txn_abort(transaction)
            throw error
        }
        slotCount = opened
    }

    private static func close(_ slots: UnsafeMutablePointer<Slot>, _ count: Int) {
        for slot in 0..<count { unsafe mdb_cursor_close(slots[slot].cursor) }
        unsafe slots.deinitialize(count: count)
        unsafe slots.deallocate()
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
        unsafe Self.close(slots, slotCount)
        unsafe lastLeaves.deallocate()
        unsafe mdb_txn_abort(handle)
    }

    /// Opens a reset transaction again, on the newest commit.
    package func renew() throws(StorageError) {
        try unsafe succeeded(mdb_txn_renew(handle))
        isOpen = true
    }

    /// Lets go of the commit it has read, so that its pages may be used again. The slot stays.
    package func reset() {
        isOpen = false
        scratch.stepsLeft = .max
        walkScratch.stepsLeft = .max
        for slot in 0..<slotCount {
            unsafe slots[slot].isCursorCurrent = false
            unsafe slots[slot].isRootCurrent = false
            unsafe lastLeaves[slot] = nil
        }
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

    /// A walk over the table that was given at `slot`, which no other use of the slot disturbs if it reads pages.
    ///
    /// - Parameter near: whether the next search is likely to end close to the last one. To look around there first
    ///   costs a random search more than it saves.
    @inline(__always)
    @_lifetime(borrow self)
    package func walk(_ slot: Int, near: Bool) throws(StorageError) -> TableWalk {
        guard let tree = try tree(slot) else { return try TableWalk(cursor(slot, near: near)) }
        return unsafe TableWalk(PageWalk(tree, lastLeaf: lastLeaves + slot, near: near))
    }

    /// The value under `key` in the table that was given at `slot`, still in the map.
    @_lifetime(borrow self)
    package func value(forKey key: RawSpan, at slot: Int) throws(StorageError) -> RawSpan? {
        guard let tree = try tree(slot) else { return try unsafe value(forKey: key, in: slots[slot].table) }
        guard let place = try tree.place(key) else { return nil }
        let entry = try tree.entry(place.page, place.index)
        return entry.key.isIdentical(to: key) ? unsafe _overrideLifetime(entry.value, borrowing: self) : nil
    }

    /// The pages of the table, where their layout is known.
    @inline(__always)
    @_lifetime(borrow self)
    func tree(_ slot: Int) throws(StorageError) -> PageTree? {
        precondition(slot >= 0 && slot < slotCount, "no such table")
        if unsafe !slots[slot].isRootCurrent {
            guard let map = environment.pages else { return nil }
            try findRoot(slot, map)
        }
        guard let root = unsafe slots[slot].root else { return nil }
        return PageTree(root)
    }

    private func findRoot(_ slot: Int, _ map: PageMap) throws(StorageError) {
        precondition(isOpen, "a read after its end")
        let commit = commitNumber
        if unsafe slots[slot].root?.renew(commit) != true {
            unsafe slots[slot].root = try TreeRoot(of: slots[slot].name, in: handle, environment.handle, map)
        }
        unsafe slots[slot].isRootCurrent = true
    }

    /// The shared cursor over the table that was given at `slot`.
    @_lifetime(borrow self)
    private func cursor(_ slot: Int, near: Bool) throws(StorageError) -> Cursor {
        if unsafe !near || !slots[slot].isCursorCurrent {
            try unsafe succeeded(mdb_cursor_renew(handle, slots[slot].cursor))
            unsafe slots[slot].isCursorCurrent = true
        }
        return unsafe Cursor(slots[slot].cursor, of: self)
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
        try unsafe TableStatistics(of: table, in: handle)
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
