internal import GRDB
internal import Glibc

extension Catalog {
    /// A number that is another one when another process, or another ``Catalog`` in this one, has committed since this
    /// one last asked. What this one writes does not change it.
    ///
    /// It is cheap enough to ask each second: no table is read.
    package func changeCounter() async throws(CatalogError) -> Int64 {
        do {
            // Always the same connection: the number says something only against an earlier one of its own.
            return try await pool.writeWithoutTransaction { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
        } catch {
            throw CatalogError(error)
        }
    }

    /// Reads the whole file and returns a sentence for each thing that is wrong. Empty when all is well.
    package func check() async throws(CatalogError) -> [String] {
        try await read { database in
            let damage = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            let orphans = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check")
                .map { row in "a row of \(row[0] as String) refers to a row of \(row[2] as String) that is not there" }
            return damage + orphans
        }
    }

    /// Copies the catalog as of now into a new file at `target`, while others read and write.
    ///
    /// The copy is a catalog of its own, readable by its owner alone; it has reached the disk when this returns, and
    /// a backup that failed leaves nothing behind.
    package func backup(to target: String) async throws(CatalogError) {
        let descriptor = unsafe open(target, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? .fileExists(target) : .system(target) }
        Glibc.close(descriptor)
        do {
            // All of it on the reader's thread: waiting for a disk does not belong on one of the concurrency runtime.
            try await pool.read { database in
                let copy = try DatabaseQueue(path: target)
                try copy.writeWithoutTransaction { try database.backup(to: $0) }
                try copy.close()
            }
        } catch {
            for ending in ["", "-journal", "-wal", "-shm"] { _ = unsafe unlink(target + ending) }
            throw CatalogError(error)
        }
    }
}
