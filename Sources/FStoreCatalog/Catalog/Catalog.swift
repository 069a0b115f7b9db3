internal import FStoreSecurity
internal import GRDB
internal import Synchronization

/// The catalog: everything about people and processes, in one SQLite file.
///
/// Every operation is one transaction, and `async`: it runs on a thread of its own and never blocks the caller's, so
/// that it can be called from an event loop. Opening and closing, once in a program's life, block. Writers queue, one
/// at a time; readers do not wait for them. The file may be open in several processes at once; a writer waits up to
/// five seconds for another process, then throws ``CatalogError/busy``. What a write returned is on the disk.
///
/// What belongs to an organization is asked for with `organization:`, and a row of another one is not found, exactly
/// as if it did not exist.
package final class Catalog: Sendable {
    /// The name of the file in the data directory.
    package static let fileName = "catalog.sqlite"

    /// Where the file is.
    package let path: String
    /// The directory that it lies in, with a slash at the end; empty for the current one.
    package var directory: String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }
    let clock: CatalogClock
    let pool: DatabasePool
    private let identityBytes: [UInt8]
    private let commitNote: CommitNote
    private let openConnections = Atomic<Int>(0)
    /// What links the entries of the audit trail, once it was given.
    let chain = Mutex<AuditChain?>(nil)

    /// Opens the catalog of a data directory that exists, and makes it when it is not there.
    package convenience init(directory: String, clock: CatalogClock = .system) throws(CatalogError) {
        try self.init(path: directory + "/" + Self.fileName, clock: clock)
    }

    /// Opens the catalog in the file at `path`, and makes it when it is not there.
    ///
    /// A file of an older version is brought up to this one. The file is readable by its owner alone.
    package init(path: String, clock: CatalogClock = .system) throws(CatalogError) {
        self.path = path
        self.clock = clock
        (pool, identityBytes) = try CatalogOpening(path: path).open()
        commitNote = CommitNote(catalog: path)
    }

    /// How many connections there are at most: one that writes, and those that read.
    package static let poolSize = CatalogOpening.readers + 1

    /// How many are in use at this moment.
    package var activeConnections: Int { openConnections.load(ordering: .relaxed) }

    /// The time by the catalog's clock.
    package var now: UnixNanoseconds { clock.now() }

    /// Closes the file. Operations that have begun end first; later ones throw.
    ///
    /// What the write-ahead log holds is in the file then, and the log is gone when nobody else has it open: what it
    /// held must not come over a file that is put in the place of this one.
    package func close() throws(CatalogError) {
        do {
            // Not one that also cuts the log: others may have it open, and count on the room that it has.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(FULL)") }
        } catch DatabaseError.SQLITE_MISUSE {
            // Closed already.
            return
        } catch DatabaseError.SQLITE_FULL {
            // The log stays, whole, and the next opening reads it.
        } catch {
            try? pool.close()
            throw CatalogError(error)
        }
        do { try pool.close() } catch { throw CatalogError(error) }
        removeLog()
    }

    /// SQLite removes the log with its last connection, if that one may write. A pool closes its readers last.
    ///
    /// Where it does not work, because another process writes at this moment, the log stays: all of it is in the file.
    private func removeLog() {
        guard CatalogOpening.exists(path), let last = try? DatabaseQueue(path: path) else { return }
        _ = try? last.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
        try? last.close()
    }

    /// Runs `body` in a transaction that only reads.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(CatalogError) -> Result {
        openConnections.add(1, ordering: .relaxed)
        defer { openConnections.subtract(1, ordering: .relaxed) }
        do { return try await pool.read(body) } catch { throw CatalogError(error) }
    }

    /// Runs `body` in a transaction that is undone when it throws. Refused on a disk that is nearly full.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(CatalogError) -> Result {
        guard CatalogRoom.isLeft(beside: path) else { throw .full }
        return try await writeAnyway(body)
    }

    /// Runs `body` in a transaction for which room is kept: one that must not fail on a full disk, and needs little.
    func writeAnyway<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(CatalogError) -> Result {
        openConnections.add(1, ordering: .relaxed)
        defer { openConnections.subtract(1, ordering: .relaxed) }
        do {
            let (result, commits) = try await pool.write { database in
                let result = try body(database)
                let sql = "UPDATE this_catalog SET commits = commits + 1 RETURNING commits"
                return (result, try Int64.fetchOne(database, sql: sql) ?? 0)
            }
            commitNote.write(identity: identityBytes, commits: commits)
            return result
        } catch {
            throw CatalogError(error)
        }
    }
}
