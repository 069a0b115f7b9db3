internal import CLMDB
internal import Glibc

/// How many pages a write transaction may still take.
///
/// LMDB refuses a page only when there is none. That is too late: who removes entries needs pages too, since a changed
/// page is written to another place. So ordinary transactions look here first and leave some.
extension WriteTransaction {
    /// Entries, depth and pages of `table`, with what this transaction has changed.
    package borrowing func statistics(of table: Table) throws(StorageError) -> TableStatistics {
        try unsafe TableStatistics(of: table, in: handle)
    }

    /// Freed pages that this transaction may use again: those of commits that no reader sees any more. Counts until
    /// there are `enough`. To be asked before the transaction has changed anything.
    package borrowing func reusablePages(in environment: Environment, enough: Int) throws(StorageError) -> Int {
        // LMDB never uses what the commit just before has freed: that commit must stay readable.
        var oldest = unsafe mdb_txn_id(handle) - 1
        for reader in try environment.readers() { oldest = min(oldest, reader.commitNumber ?? oldest) }
        // LMDB does not let a transaction that writes look at the list of free pages. One that reads the newest commit
        // beside it sees the same, and holds nothing back that is not held back anyway.
        var begun: OpaquePointer?
        do throws(StorageError) {
            try unsafe succeeded(mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &begun))
        } catch .readersFull {
            return 0
        }
        guard let reading = unsafe begun else { throw .lmdb(code: MDB_INVALID, function: #function) }
        defer { unsafe mdb_txn_abort(reading) }
        var opened: OpaquePointer?
        try unsafe succeeded(mdb_cursor_open(reading, 0, &opened))
        guard let freeList = unsafe opened else { throw .lmdb(code: MDB_INVALID, function: #function) }
        defer { unsafe mdb_cursor_close(freeList) }
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        var pages = 0
        while pages < enough, try unsafe succeeded(mdb_cursor_get(freeList, &key, &value, MDB_NEXT)) {
            // The key is the number of the commit; each value is a list of page numbers, its length first.
            if unsafe key.mv_data.loadUnaligned(as: Int.self) >= oldest { break }
            unsafe pages += value.mv_data.loadUnaligned(as: Int.self)
        }
        return pages
    }

    /// Takes so many pages, to see whether there are as many. The transaction must not be committed afterwards.
    ///
    /// - Throws: ``StorageError/mapFull`` when there are fewer.
    package borrowing func occupy(pages: Int, in table: Table, of environment: Environment) throws(StorageError) {
        let (_, _, pageBytes) = try environment.extent()
        for number in 0..<pages {
            // A value of nearly a page gets a page of its own, which may lie anywhere.
            var name = UInt64.max - UInt64(number)
            var value = unsafe MDB_val(mv_size: pageBytes - 64, mv_data: nil)
            try unsafe withUnsafeMutableBytes(of: &name) { bytes throws(StorageError) in
                var key = unsafe MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
                try unsafe succeeded(mdb_put(handle, table.handle, &key, &value, UInt32(MDB_RESERVE)))
            }
        }
    }
}

extension Environment {
    /// Pages of the map, pages of the file as the newest commit has it, and the size of a page.
    func extent() throws(StorageError) -> (mapPages: Int, filePages: Int, pageBytes: Int) {
        var information = unsafe MDB_envinfo()
        var status = MDB_stat()
        try unsafe succeeded(mdb_env_info(handle, &information))
        try unsafe succeeded(mdb_env_stat(handle, &status))
        let pageBytes = max(1, Int(status.ms_psize))
        return unsafe (information.me_mapsize / pageBytes, information.me_last_pgno &+ 1, pageBytes)
    }

    /// The size of the map and of the file as the newest commit has it, in bytes.
    package func extentBytes() throws(StorageError) -> (map: Int, file: Int, page: Int) {
        let (mapPages, filePages, pageBytes) = try extent()
        return (mapPages * pageBytes, filePages * pageBytes, pageBytes)
    }

    /// Has the disk keep room for `bytes` behind the place `end` of the file, whose size stays.
    ///
    /// - Returns: `false` when the file system cannot do that.
    /// - Throws: ``StorageError/diskFull``.
    package func reserveDisk(_ bytes: Int, from end: Int) throws(StorageError) -> Bool {
        var descriptor: Int32 = 0
        try unsafe succeeded(mdb_env_get_fd(handle, &descriptor))
        while true {
            // FALLOC_FL_KEEP_SIZE
            if fallocate(descriptor, 1, end, bytes) == 0 { return true }
            switch errno {
            case EINTR: continue
            case ENOSPC, EDQUOT: throw .diskFull
            default: return false
            }
        }
    }

    /// The process whose transaction writes now, if LMDB's lock file tells. For messages: it may end meanwhile.
    ///
    /// LMDB keeps a robust mutex of the C library in that file, which has the holder's thread in its third word. The
    /// file is looked at where LMDB has mapped it: closing another descriptor of it would drop LMDB's file locks.
    package func writingProcess() -> Int32? {
        guard let lockFile = unsafe lockFileInMemory(), unsafe lockFile.load(as: UInt32.self) == 0xBEEF_C0DE else {
            return nil
        }
        let owner = unsafe lockFile.load(fromByteOffset: Self.mutexOffset + 8, as: UInt32.self)
        let word = unsafe lockFile.load(fromByteOffset: Self.mutexOffset, as: UInt32.self)
        // The two high bits tell of waiters and of an owner that died.
        guard owner != 0, word & 0x3FFF_FFFF == owner else { return nil }
        return Self.process(ofThread: owner)
    }

    /// Behind the part with LMDB's mark, in a cache line of its own.
    private static var mutexOffset: Int { 64 }

    private func lockFileInMemory() -> UnsafeRawPointer? {
        var status = stat()
        guard unsafe stat(path + "-lock", &status) == 0,
            let maps = Self.text("/proc/self/maps", limit: 1 << 22)
        else { return nil }
        // 7f0c1a000000-7f0c1a002000 rw-s 00000000 08:01 1234    /path
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard fields.count == 6, fields[4] == "\(status.st_ino)", fields[2].allSatisfy({ $0 == "0" }),
                fields[1].hasPrefix("r"), fields[5].hasSuffix("-lock"),
                let start = fields[0].split(separator: "-").first.flatMap({ UInt(String($0), radix: 16) })
            else { continue }
            return unsafe UnsafeRawPointer(bitPattern: start)
        }
        return nil
    }

    private static func process(ofThread thread: UInt32) -> Int32? {
        guard let status = text("/proc/\(thread)/status", limit: 4096) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("Tgid:") }
        return line.flatMap { Int32(String($0.dropFirst(5).filter(\.isNumber))) }
    }

    private static func text(_ path: String, limit: Int) -> String? {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < limit {
            let count = unsafe block.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            bytes += block[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
