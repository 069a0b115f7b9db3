internal import GRDB

/// What brings the secrets of an earlier version's sources out of sight.
extension Catalog {
    /// The sources of all organizations.
    package func allSources() async throws(CatalogError) -> [Source] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM sources ORDER BY id").map { try Source($0, in: database) }
        }
    }

    /// Moves members of a source's configuration to its secrets, and says whether the source was still as given.
    package func sealSource(
        _ source: Source,
        config: String,
        secrets: [SealedSecret]
    ) async throws(CatalogError) -> Bool {
        try await write { database in
            let sql = "UPDATE sources SET config = ?, version = version + 1 WHERE id = ? AND version = ?"
            try database.execute(sql: sql, arguments: [config, source.id, source.version])
            guard database.changesCount == 1 else { return false }
            try Source.store(secrets, of: source.id, in: database)
            return true
        }
    }

    /// Writes the file anew without what was deleted or replaced, and empties the write-ahead log.
    package func compact() async throws(CatalogError) {
        do {
            try await pool.vacuum()
            try await pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        } catch {
            throw CatalogError(error)
        }
        CatalogRoom.keep(in: path + "-wal")
    }
}
