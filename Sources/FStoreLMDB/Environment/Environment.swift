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
    let path: String

    /// Opens the file `name` in `directory`, making an empty one where there is none and `options` allow writing.
    package init(directory: String, name: String, options: EnvironmentOptions) throws(StorageError) {
        path = directory + "/" + name
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

/// A named table inside the map. Valid as long as its environment.
package struct Table: Equatable, Sendable {
    let handle: UInt32

    init(handle: UInt32) {
        self.handle = handle
    }
}

/// How a map is opened.
package struct EnvironmentOptions: Sendable {
    /// What a commit waits for.
    package enum Durability: Sendable {
        /// Data and meta page have reached the disk.
        case full
        /// Data has reached the disk; the meta page follows with the next commit (`MDB_NOMETASYNC`).
        case withoutMetaSync
    }

    /// Bytes of address space, or `nil` for what the file says of itself.
    package var mapSize: Int?
    /// Slots in the reader table, shared by all processes.
    package var maxReaders: UInt32
    package var durability: Durability
    package var isReadOnly: Bool
    /// Whether reads look at pages themselves where their layout is known, instead of asking LMDB.
    package var readsPages = true

    package init(mapSize: Int?, maxReaders: UInt32, durability: Durability, isReadOnly: Bool) {
        self.mapSize = mapSize
        self.maxReaders = maxReaders
        self.durability = durability
        self.isReadOnly = isReadOnly
    }
}

/// This process's claim on one directory, held as long as its map is open.
///
/// LMDB forbids a second map of the same file in one process: closing either would drop the file locks of both.
final class OpenClaim: Sendable {
    private static let claimed = Lock<Set<FileIdentity>>([])
    private let identity: FileIdentity

    init(directory: String) throws(StorageError) {
        var status = stat()
        guard unsafe stat(directory, &status) == 0 else { throw .system(errno: errno, function: "stat") }
        let identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        guard Self.claimed.withLock({ $0.insert(identity).inserted }) else { throw .alreadyOpen }
        self.identity = identity
    }

    deinit {
        _ = Self.claimed.withLock { $0.remove(identity) }
    }
}

extension Environment {
    /// Writes a consistent, compacted copy of the newest commit to a new file, while others read and write.
    ///
    /// The copy has reached the disk when this returns.
    package func copy(to path: String) throws(StorageError) {
        // A descriptor of our own: the library would make the file readable for everybody.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(errno: errno, function: #function) }
        defer { close(descriptor) }
        try copy(into: descriptor)
        guard fsync(descriptor) == 0 else { throw .system(errno: errno, function: #function) }
    }

    /// Writes the same copy from begin to end into a descriptor, which may be a pipe.
    package func copy(into descriptor: Int32) throws(StorageError) {
        try unsafe succeeded(mdb_env_copyfd2(handle, descriptor, UInt32(MDB_CP_COMPACT)))
    }
}
