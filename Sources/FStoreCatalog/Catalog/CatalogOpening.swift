internal import GRDB
internal import Glibc

/// Opens the file: who may read it, how SQLite treats it, and which version of the tables it has.
struct CatalogOpening {
    /// How long an operation waits for a writer in another process.
    private static let busySeconds = 5.0
    /// Readers at the same time. Operations are short, and there are few.
    static let readers = 2

    let path: String

    /// - Returns: the open file, and the catalog's identity.
    func open() throws(CatalogError) -> (pool: DatabasePool, identity: [UInt8]) {
        for ending in ["", "-wal", "-shm", "-journal", CommitNote.ending] where Self.isLink(path + ending) {
            throw .link(path + ending)
        }
        // Of two processes that start on an empty directory, one makes the file and the other waits for it:
        // while a file changes to write-ahead logging SQLite answers "busy" without waiting.
        let lock = try DirectoryLock(of: path)
        defer { lock.release() }
        try makeFile()
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration)
            try pool.writeWithoutTransaction { database in
                // Not in the configuration: GRDB sets NORMAL for the writer after that, which may lose the last
                // transactions when the power fails.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // What was replaced, such as a password that is sealed now, must not stay in free pages.
                try database.execute(sql: "PRAGMA secure_delete = ON")
                try database.execute(sql: "PRAGMA wal_autocheckpoint = \(CatalogRoom.checkpointPages)")
            }
            try pool.write { try Schema.migrate($0, file: path) }
            CatalogRoom.keep(in: path + "-wal")
            return (pool, try checkCommits(pool))
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw .notACatalog(file: path)
        } catch {
            throw CatalogError(error)
        }
    }

    /// Compares the commits that the file has with those that were noted beside it, and returns its identity.
    private func checkCommits(_ pool: DatabasePool) throws -> [UInt8] {
        let note = CommitNote(catalog: path)
        let sql = "SELECT identity, commits FROM this_catalog"
        func state() throws -> (identity: [UInt8], commits: Int64) {
            guard let row = try pool.read({ try Row.fetchOne($0, sql: sql) }) else {
                throw CatalogError.storage("it has no identity")
            }
            return ((row["identity"] as Blob).bytes, row["commits"])
        }
        let identity = try state().identity
        // In this order: other processes commit first, and then note it.
        let noted = note.read(identity: identity)
        let commits = try state().commits
        if let noted, noted > commits { throw CatalogError.behind(file: path, commits: commits, noted: noted) }
        if noted == nil { note.write(identity: identity, commits: commits) }
        return identity
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(busySeconds)
        configuration.maximumReaderCount = readers
        configuration.label = "catalog"
        return configuration
    }

    /// Makes a file that only its owner may read, with the tables in it. SQLite gives its companions the same mode.
    ///
    /// It is made under another name and gets its own when it is complete and on the disk, so that an empty file is
    /// always one that was cut off.
    private func makeFile() throws(CatalogError) {
        // One that exists must not even be opened here: closing it would drop the locks that this process holds on it.
        var status = stat()
        if unsafe stat(path, &status) == 0 {
            if status.st_size == 0 { throw .empty(file: path) }
            return
        }
        guard errno == ENOENT else { throw .system(path) }
        let temporary = path + ".new"
        for ending in ["", "-journal"] { _ = unsafe unlink(temporary + ending) }
        let descriptor = unsafe Glibc.open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(temporary) }
        close(descriptor)
        do {
            let queue = try DatabaseQueue(path: temporary)
            try queue.write { try Schema.migrate($0, file: path) }
            try queue.close()
        } catch {
            for ending in ["", "-journal"] { _ = unsafe unlink(temporary + ending) }
            throw CatalogError(error)
        }
        guard unsafe rename(temporary, path) == 0 else { throw .system(path) }
        try DirectoryLock.synchronize(parentOf: path)
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}

extension Catalog {
    /// Whether there is a catalog in `directory`. Opening it would make one.
    package static func exists(in directory: String) -> Bool {
        CatalogOpening.exists(directory + "/" + fileName)
    }
}

/// A lock that processes take in turn, on the directory of a file.
private struct DirectoryLock {
    private let descriptor: Int32

    init(of file: String) throws(CatalogError) {
        let parent = Self.parent(of: file)
        descriptor = unsafe Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(parent) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let error = CatalogError.system(parent)
                close(descriptor)
                throw error
            }
        }
    }

    func release() {
        close(descriptor)
    }

    /// Brings the names in the directory of `file` to the disk.
    static func synchronize(parentOf file: String) throws(CatalogError) {
        let parent = parent(of: file)
        let descriptor = unsafe Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(parent) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(parent) }
    }

    private static func parent(of file: String) -> String {
        file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
    }
}

extension CatalogError {
    /// What the last system call said about `path`.
    static func system(_ path: String) -> CatalogError {
        .storage("\(path): \(unsafe String(cString: strerror(errno)))")
    }
}
