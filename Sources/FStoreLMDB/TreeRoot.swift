internal import CLMDB

/// Where a table's tree begins in one commit.
@safe
struct TreeRoot {
    /// Page 0, where the map begins.
    let map: UnsafeRawPointer
    /// The first page number that the file or the map does not have.
    let end: UInt64
    /// The number of the root page; all bits set when there is none.
    let page: UInt64
}

extension TreeRoot {
    /// LMDB's own table of tables. Its names are keys; a table's record has its root in the last of 48 bytes.
    private static var tableOfTables: UInt32 { 1 }
    private static var recordBytes: Int { 48 }

    init(of table: Table, in transaction: OpaquePointer, _ environment: Environment) throws(StorageError) {
        let pageBytes = environment.treePageBytes
        var name = unsafe MDB_val(table.name.span.raw)
        var record = unsafe MDB_val()
        var information = unsafe MDB_envinfo()
        try unsafe succeeded(mdb_env_info(environment.handle, &information))
        guard try unsafe succeeded(mdb_get(transaction, Self.tableOfTables, &name, &record)),
            let start = unsafe UnsafeRawPointer(record.mv_data), unsafe record.mv_size == Self.recordBytes,
            // Keys that are not ordered as bytes, or not unique.
            unsafe start.loadUnaligned(fromByteOffset: 4, as: UInt16.self) == 0
        else { throw PageDamage.error }
        page = unsafe start.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
        // The newest commit has at least the pages of this one. Another process may have made it larger than this map.
        end = min(UInt64(unsafe information.me_last_pgno) + 1, UInt64(unsafe information.me_mapsize / pageBytes))
        // The record lies in a page that knows its number.
        let within = unsafe UnsafeRawPointer(bitPattern: UInt(bitPattern: start) & ~UInt(pageBytes - 1))
        guard let within = unsafe within else { throw PageDamage.error }
        let number = unsafe within.loadUnaligned(as: UInt64.self)
        guard number < end else { throw PageDamage.error }
        unsafe map = unsafe within - Int(number) * pageBytes
    }
}
