internal import CLMDB

/// Where a table's tree begins in one commit.
@safe
struct TreeRoot {
    /// Page 0, where the map begins.
    let map: UnsafeRawPointer
    /// The first page number that the file or the map does not have.
    private(set) var end: UInt64
    /// The number of the root page; all bits set when there is none.
    private(set) var page: UInt64
    /// Where LMDB's own table of tables has it, in which page.
    private let stored: UnsafeRawPointer
    private let storedIn: UInt64
    /// What stands before the record: the end of its name.
    private let nameEnd: UInt64
    private let meta: MetaPages
    private let mapPages: UInt64

    /// A tree that is no part of a commit.
    init(map: UnsafeRawPointer, end: UInt64, page: UInt64) {
        unsafe self.map = map
        self.end = end
        self.page = page
        unsafe stored = map
        storedIn = .max
        nameEnd = 0
        meta = unsafe MetaPages(map: map, pageBytes: 0)
        mapPages = end
    }

    /// LMDB's own table of tables. Its names are keys; a table's record has its root in the last of 48 bytes.
    private static var tableOfTables: UInt32 { 1 }
    private static var recordBytes: Int { 48 }
    private static var rootOffset: Int { 40 }

    /// Asks LMDB.
    init(of name: [UInt8], in transaction: OpaquePointer, _ environment: Environment) throws(StorageError) {
        let pageBytes = environment.treePageBytes
        var name = unsafe MDB_val(name.span.raw)
        var record = unsafe MDB_val()
        var information = unsafe MDB_envinfo()
        try unsafe succeeded(mdb_env_info(environment.handle, &information))
        guard try unsafe succeeded(mdb_get(transaction, Self.tableOfTables, &name, &record)),
            let start = unsafe UnsafeRawPointer(record.mv_data), unsafe record.mv_size == Self.recordBytes,
            // Keys that are not ordered as bytes, or not unique.
            unsafe start.loadUnaligned(fromByteOffset: 4, as: UInt16.self) == 0
        else { throw PageDamage.error }
        // The newest commit has at least the pages of this one. Another process may have made it larger than this map.
        mapPages = UInt64(unsafe information.me_mapsize / pageBytes)
        end = min(UInt64(unsafe information.me_last_pgno) + 1, mapPages)
        // The record lies in a page that knows its number.
        let within = unsafe UnsafeRawPointer(bitPattern: UInt(bitPattern: start) & ~UInt(pageBytes - 1))
        guard let within = unsafe within else { throw PageDamage.error }
        storedIn = unsafe within.loadUnaligned(as: UInt64.self)
        guard storedIn < end else { throw PageDamage.error }
        unsafe map = within - Int(storedIn) * pageBytes
        unsafe stored = start + Self.rootOffset
        page = unsafe stored.loadUnaligned(as: UInt64.self)
        nameEnd = unsafe Self.nameEnd(before: stored)
        meta = unsafe MetaPages(map: map, pageBytes: pageBytes)
    }

    /// Lies within the page, whose head is longer.
    private static func nameEnd(before stored: UnsafeRawPointer) -> UInt64 {
        unsafe stored.loadUnaligned(fromByteOffset: -rootOffset - 8, as: UInt64.self)
    }

    /// Reads the root again in the place where it was found, if `commit` still has the table of tables there.
    ///
    /// Not from memory: a commit that failed gives its number to the next one. That another commit has it in the same
    /// place is as good.
    @inline(__always)
    mutating func renew(_ commit: Int) -> Bool {
        guard let tables = meta.tables(in: commit), tables.root == storedIn,
            unsafe Self.nameEnd(before: stored) == nameEnd
        else { return false }
        end = min(tables.lastPage &+ 1, mapPages)
        page = unsafe stored.loadUnaligned(as: UInt64.self)
        return true
    }
}

/// The two pages that tell where everything of the last two commits begins.
@safe
private struct MetaPages {
    private let map: UnsafeRawPointer
    private let pageBytes: Int

    private static var rootOffset: Int { 128 }
    private static var lastPageOffset: Int { 136 }
    private static var commitOffset: Int { 144 }

    init(map: UnsafeRawPointer, pageBytes: Int) {
        unsafe self.map = map
        self.pageBytes = pageBytes
    }

    /// The root of the table of tables and the last page, or `nil` when the page is of another commit by now.
    @inline(__always)
    func tables(in commit: Int) -> (root: UInt64, lastPage: UInt64)? {
        let page = unsafe map + (commit & 1) * pageBytes
        guard unsafe page.loadUnaligned(fromByteOffset: Self.commitOffset, as: Int.self) == commit else { return nil }
        return unsafe (
            page.loadUnaligned(fromByteOffset: Self.rootOffset, as: UInt64.self),
            page.loadUnaligned(fromByteOffset: Self.lastPageOffset, as: UInt64.self)
        )
    }
}
