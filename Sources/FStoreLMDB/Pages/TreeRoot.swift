internal import CLMDB

/// Where a table's tree begins in one commit.
@safe
struct TreeRoot {
    let map: PageMap
    /// The first page number that the file or the map does not have.
    private(set) var end: UInt64
    /// The number of the root page; all bits set when there is none.
    private(set) var page: UInt64
    /// Where LMDB's own table of tables has it, in which page.
    private let stored: UnsafeRawPointer
    private let storedIn: UInt64
    /// What stands before the record: the end of its name.
    private let nameEnd: UInt64
    private let mapPages: UInt64

    /// A tree that does not belong to a commit, such as an empty one.
    init(map: PageMap, end: UInt64, page: UInt64) {
        self.map = map
        self.end = end
        self.page = page
        unsafe stored = map.start
        storedIn = .max
        nameEnd = 0
        mapPages = end
    }

    /// LMDB's own table of tables. Its names are keys; a table's record has its root in the last of 48 bytes.
    private static var tableOfTables: UInt32 { 1 }
    private static var recordBytes: Int { 48 }
    private static var rootOffset: Int { 40 }

    /// LMDB's record of the table. `nil` when there is none, or when the table is of a kind that FStore does not use.
    static func record(of name: [UInt8], in transaction: OpaquePointer) -> UnsafeRawPointer? {
        unsafe name.withUnsafeBytes { bytes in
            var key = unsafe MDB_val(
                mv_size: bytes.count,
                mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            )
            var record = unsafe MDB_val()
            guard unsafe mdb_get(transaction, tableOfTables, &key, &record) == 0,
                let start = unsafe UnsafeRawPointer(record.mv_data), unsafe record.mv_size == recordBytes,
                // Keys that are not ordered as bytes, or not unique.
                unsafe start.loadUnaligned(fromByteOffset: 4, as: UInt16.self) == 0
            else { return nil }
            return unsafe start
        }
    }

    /// Asks LMDB.
    init(
        of name: [UInt8],
        in transaction: OpaquePointer,
        _ environment: OpaquePointer,
        _ map: PageMap
    ) throws(StorageError) {
        var information = unsafe MDB_envinfo()
        try unsafe succeeded(mdb_env_info(environment, &information))
        guard let record = unsafe Self.record(of: name, in: transaction) else { throw PageDamage.error }
        // The newest commit has at least the pages of this one. Another process may have made it larger than this map.
        mapPages = UInt64(unsafe information.me_mapsize / map.pageBytes)
        end = min(UInt64(unsafe information.me_last_pgno) &+ 1, mapPages)
        let within = unsafe PageMap.page(of: record, map.pageBytes)
        let number = unsafe (within - map.start) / map.pageBytes
        guard number >= 0, UInt64(number) < end, unsafe within.loadUnaligned(as: Int.self) == number else {
            throw PageDamage.error
        }
        self.map = map
        storedIn = UInt64(number)
        unsafe stored = record + Self.rootOffset
        page = unsafe stored.loadUnaligned(as: UInt64.self)
        nameEnd = unsafe Self.nameEnd(before: stored)
    }

    /// Lies within the page, whose head is longer.
    private static func nameEnd(before stored: UnsafeRawPointer) -> UInt64 {
        unsafe stored.loadUnaligned(fromByteOffset: -rootOffset - 8, as: UInt64.self)
    }

    /// Reads the root again where it was found, if `commit` has the table of tables there and is the newest.
    ///
    /// The number of a commit is not enough to reuse what is in memory: a commit that failed gives its number to the
    /// next one. What is read again is right whichever of the two wrote it.
    mutating func renew(_ commit: Int) -> Bool {
        guard let tables = MetaPages(map).tables(in: commit), tables.root == storedIn,
            unsafe Self.nameEnd(before: stored) == nameEnd
        else { return false }
        end = min(tables.lastPage &+ 1, mapPages)
        page = unsafe stored.loadUnaligned(as: UInt64.self)
        return true
    }
}
