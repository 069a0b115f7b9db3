internal import GRDB

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
    let clock: CatalogClock
    let pool: DatabasePool

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
        pool = try CatalogOpening(path: path).open()
    }

    /// Closes the file. Operations that have begun end first; later ones throw.
    package func close() throws(CatalogError) {
        do { try pool.close() } catch { throw CatalogError(error) }
    }

    /// Runs `body` in a transaction that only reads.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(CatalogError) -> Result {
        do { return try await pool.read(body) } catch { throw CatalogError(error) }
    }

    /// Runs `body` in a transaction that is undone when it throws.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(CatalogError) -> Result {
        do { return try await pool.write(body) } catch { throw CatalogError(error) }
    }
}
