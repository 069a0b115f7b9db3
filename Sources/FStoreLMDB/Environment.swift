internal import CLMDB
internal import Glibc

/// One memory map over one file.
///
/// `@unchecked Sendable`: an LMDB environment may be used from every thread, and `MDB_NOTLS` ties read transactions
/// to their object instead of to a thread.
@safe
package final class Environment: @unchecked Sendable {
    let handle: OpaquePointer
    package let isReadOnly: Bool
    private let readsPages: Bool
    /// Where the pages lie, when reads look at them themselves. Known once tables are opened, before anyone reads.
    private(set) var pages: PageMap?
    private let claim: OpenClaim

    /// Opens the file `name` in `directory`, making an empty one where there is none and `options` allow writing.
    package init(directory: String, name: String, options: EnvironmentOptions) throws(StorageError) {
        let path = directory + "/" + name
        claim = try OpenClaim(directory: directory)
        isReadOnly = options.isReadOnly
        var created: OpaquePointer?
        try unsafe succeeded(mdb_env_create(&created))
        guard let environment = unsafe created else { throw .lmdb(code: MDB_INVALID, function: #function) }
        unsafe handle = environment
        readsPages = options.readsPages
        // Every property is set, so a failure from here on runs `deinit`, which closes what was created.
        try unsafe Self.open(environment, path: path, options: options)
    }

    deinit {
        unsafe mdb_env_close(handle)
    }

    private static func open(
        _ environment: OpaquePointer,
        path: String,
        options: EnvironmentOptions
    ) throws(StorageError) {
        try unsafe succeeded(mdb_env_set_maxdbs(environment, 8))
        try unsafe succeeded(mdb_env_set_maxreaders(environment, options.maxReaders))
        if let mapSize = options.mapSize {
            try unsafe succeeded(mdb_env_set_mapsize(environment, mapSize))
        }
        try unsafe succeeded(mdb_env_set_assert(environment) { _, message in unsafe stopForDamage(message) })
        var flags = UInt32(MDB_NOSUBDIR | MDB_NOTLS)
        if options.isReadOnly { flags |= UInt32(MDB_RDONLY) }
        if options.durability == .withoutMetaSync { flags |= UInt32(MDB_NOMETASYNC) }
        try unsafe succeeded(mdb_env_open(environment, path, flags, 0o600))
        var stale: Int32 = 0
        try unsafe succeeded(mdb_reader_check(environment, &stale))
    }

    /// Makes the named tables and lets `fill` write into them, all in one transaction: a stop leaves all of it or
    /// nothing.
    package func makeTables(
        _ names: [String],
        _ fill: (borrowing WriteTransaction, [Table]) throws(StorageError) -> Void
    ) throws(StorageError) {
        let transaction = try WriteTransaction(in: self)
        var tables: [Table] = []
        for name in names { tables.append(try transaction.makeTable(name)) }
        try fill(transaction, tables)
        try transaction.commit()
    }

    /// Opens the named tables, in this order. `nil` when one is missing and `create` is false.
    package func openTables(_ names: [String], create: Bool) throws(StorageError) -> [Table]? {
        var opened: OpaquePointer?
        let flags = isReadOnly ? UInt32(MDB_RDONLY) : 0
        try unsafe succeeded(mdb_txn_begin(handle, nil, flags, &opened))
        guard let transaction = unsafe opened else { throw .lmdb(code: MDB_INVALID, function: #function) }
        var tables: [Table] = []
        do throws(StorageError) {
            for name in names {
                var table: MDB_dbi = 0
                let wanted = create ? UInt32(MDB_CREATE) : 0
                guard try unsafe succeeded(mdb_dbi_open(transaction, name, wanted, &table)) else {
                    unsafe mdb_txn_abort(transaction)
                    return nil
                }
                tables.append(Table(handle: table))
            }
        } catch {
            unsafe mdb_txn_abort(transaction)
            throw error
        }
        // A page of a table that was just made would not lie in the map.
        if readsPages, !create, let table = names.first {
            let commit = unsafe mdb_txn_id(transaction) - (isReadOnly ? 0 : 1)
            pages = unsafe PageMap(handle, transaction, commit: commit, table: table)
        }
        try unsafe succeeded(mdb_txn_commit(transaction))
        return tables
    }

    /// Whether a meta page could not be written. LMDB then begins no transaction, not even to read, until the file is
    /// closed and opened again.
    package var hasFailed: Bool {
        var opened: OpaquePointer?
        let code = unsafe mdb_txn_begin(handle, nil, UInt32(MDB_RDONLY), &opened)
        if let transaction = unsafe opened, code == 0 { unsafe mdb_txn_abort(transaction) }
        return code == MDB_PANIC
    }

    /// Slots in the reader table: the first process to open decides.
    package func maxReaders() throws(StorageError) -> Int {
        var count: UInt32 = 0
        try unsafe succeeded(mdb_env_get_maxreaders(handle, &count))
        return Int(count)
    }

    /// Clears reader slots of processes that died. Returns how many there were.
    @discardableResult
    package func clearStaleReaders() throws(StorageError) -> Int {
        var stale: Int32 = 0
        try unsafe succeeded(mdb_reader_check(handle, &stale))
        return Int(stale)
    }

    /// Forces what a relaxed commit left behind to the disk.
    package func synchronize() throws(StorageError) {
        try unsafe succeeded(mdb_env_sync(handle, 1))
    }
}

/// LMDB found a page that cannot be and is about to abort the process: say what that means for the reader of the log.
private func stopForDamage(_ message: UnsafePointer<CChar>?) {
    let text = unsafe message.map { unsafe String(cString: $0) } ?? "no detail"
    var sentence = """
        FStore: the values file is damaged and must not be served (\(text)).
        The process stops here. Restore a backup, or run `fstore verify` on a copy.

        """
    sentence.withUTF8 { bytes in _ = unsafe write(2, bytes.baseAddress, bytes.count) }
}
