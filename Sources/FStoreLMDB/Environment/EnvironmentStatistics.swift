internal import CLMDB
internal import Glibc

/// The size of the map and its open readers.
package struct EnvironmentStatistics: Sendable {
    package var pageSize: Int
    package var mapSize: Int
    /// Pages of the file in use, free ones included.
    package var usedPages: Int
    package var fileSize: Int
    package var lastCommitNumber: Int
    package var maxReaders: Int
    package var readers: [EnvironmentReader]
}

/// One open read transaction, in this process or another.
package struct EnvironmentReader: Sendable {
    package var process: Int32
    /// The commit that it sees; `nil` while it is reset.
    package var commitNumber: Int?
}

/// The size of one table.
package struct TableStatistics: Sendable {
    package var entries: Int
    package var depth: Int
    package var pages: Int

    /// As a transaction sees it, with what that has changed.
    init(of table: Table, in transaction: OpaquePointer) throws(StorageError) {
        var status = MDB_stat()
        try unsafe succeeded(mdb_stat(transaction, table.handle, &status))
        entries = status.ms_entries
        depth = Int(status.ms_depth)
        pages = status.ms_branch_pages + status.ms_leaf_pages + status.ms_overflow_pages
    }
}

extension Environment {
    package func statistics() throws(StorageError) -> EnvironmentStatistics {
        var information = unsafe MDB_envinfo()
        var pages = MDB_stat()
        try unsafe succeeded(mdb_env_info(handle, &information))
        try unsafe succeeded(mdb_env_stat(handle, &pages))
        return unsafe EnvironmentStatistics(
            pageSize: Int(pages.ms_psize),
            mapSize: information.me_mapsize,
            usedPages: information.me_last_pgno &+ 1,
            fileSize: try fileSize(),
            lastCommitNumber: information.me_last_txnid,
            maxReaders: Int(information.me_maxreaders),
            readers: try readers()
        )
    }

    /// The size of the file, from the open descriptor.
    package func fileSize() throws(StorageError) -> Int {
        var descriptor: Int32 = 0
        try unsafe succeeded(mdb_env_get_fd(handle, &descriptor))
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .system(errno: errno, function: #function) }
        return Int(status.st_size)
    }

    /// Everybody in the reader table. LMDB gives it as text only: process, thread, commit number or "-".
    func readers() throws(StorageError) -> [EnvironmentReader] {
        var lines = ""
        let code = unsafe withUnsafeMutablePointer(to: &lines) { context in
            unsafe mdb_reader_list(
                handle,
                { line, context in
                    guard let line = unsafe line, let context = unsafe context else { return 0 }
                    unsafe context.assumingMemoryBound(to: String.self).pointee += String(cString: line)
                    return 0
                },
                context
            )
        }
        if code < 0 { throw storageError(code, #function) }
        return lines.split(separator: "\n")
            .compactMap { line in
                let fields = line.split(separator: " ")
                guard fields.count == 3, let process = Int32(fields[0]) else { return nil }
                return EnvironmentReader(process: process, commitNumber: Int(fields[2]))
            }
    }
}

/// Device and inode: what makes two paths the same file.
package struct FileIdentity: Hashable, Sendable {
    package var device: UInt64
    package var inode: UInt64
}
