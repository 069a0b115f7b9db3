internal import GRDB
internal import Glibc

/// Opens the file: who may read it, how SQLite treats it, and which version of the tables it has.
struct CatalogOpening {
    /// How long an operation waits for a writer in another process.
    private static let busySeconds = 5.0
    /// Readers at the same time. Operations are short, and there are few.
    private static let readers = 2

    let path: String

    func open() throws(CatalogError) -> DatabasePool {
        // Of two processes that start on an empty directory, one makes the file and the other waits for it:
        // while a file changes to write-ahead logging SQLite answers "busy" without waiting.
        let lock = try DirectoryLock(of: path)
        defer { lock.release() }
        try makeFile()
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration)
            // Not in the configuration: GRDB sets NORMAL for the writer after that, which may lose the last
            // transactions when the power fails.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try pool.write { try Schema.migrate($0, file: path) }
            return pool
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw .notACatalog(file: path)
        } catch {
            throw CatalogError(error)
        }
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

    /// Makes an empty file that only its owner may read. SQLite gives its companions the same mode.
    private func makeFile() throws(CatalogError) {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        // One that exists must not even be opened here: closing it would drop the locks that this process holds on it.
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            throw .system(path)
        }
        close(descriptor)
    }
}

/// A lock that processes take in turn, on the directory of a file.
private struct DirectoryLock {
    private let descriptor: Int32

    init(of file: String) throws(CatalogError) {
        let parent = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
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
}

extension CatalogError {
    /// What the last system call said about `path`.
    static func system(_ path: String) -> CatalogError {
        .storage("\(path): \(unsafe String(cString: strerror(errno)))")
    }
}
