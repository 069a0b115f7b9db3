internal import GRDB

extension Catalog {
    /// Adds an export. The server writes its file later.
    ///
    /// - Throws: ``CatalogError/tooMany(what:limit:)`` when the organization has ``Export/mostKept``.
    package func createExport(
        _ request: String,
        organization: Int64,
        user: Int64
    ) async throws(CatalogError) -> Export {
        let now = clock.now()
        return try await write { database in
            let count = "SELECT count(*) FROM exports WHERE organization_id = ? AND expires > ?"
            guard try Int.fetchOne(database, sql: count, arguments: [organization, now]) ?? 0 < Export.mostKept else {
                throw CatalogError.tooMany(what: "exports that have not ended", limit: Export.mostKept)
            }
            let id = RecordID.make("export", at: now)
            try database.execute(
                sql: """
                    INSERT INTO exports (id, organization_id, user_id, request, state, created, expires)
                    VALUES (?, ?, ?, ?, 'processing', ?, ?)
                    """,
                arguments: [id, organization, user, request, now, now + Export.lifetime]
            )
            return try Export.fetchAll("exports.id = ?", [id], database)[0]
        }
    }

    /// One export of a user. One of somebody else is not found.
    package func export(_ id: String, organization: Int64, user: Int64) async throws(CatalogError) -> Export {
        try await read { database in
            let found = try Export.fetchAll(
                "exports.id = ? AND organization_id = ? AND user_id = ?",
                [id, organization, user],
                database
            )
            guard let export = found.first else { throw CatalogError.notFound }
            return export
        }
    }

    /// Exports that are to be written, oldest first.
    package func exportsToWrite() async throws(CatalogError) -> [Export] {
        try await read { database in
            try Export.fetchAll(
                "state = 'processing' AND organizations.deletion_began IS NULL ORDER BY exports.created, exports.id",
                [],
                database
            )
        }
    }

    /// How many bytes the files of an organization have together.
    package func exportedBytes(organization: Int64) async throws(CatalogError) -> Int64 {
        let now = clock.now()
        return try await read { database in
            let sql = "SELECT sum(bytes) FROM exports WHERE organization_id = ? AND expires > ?"
            return try Int64.fetchOne(database, sql: sql, arguments: [organization, now]) ?? 0
        }
    }

    /// Notes that the file of an export is whole, or why there is none.
    package func finishExport(
        _ id: String,
        bytes: Int64?,
        records: Int64?,
        error: String?
    ) async throws(CatalogError) {
        let now = clock.now()
        try await writeAnyway { database in
            try database.execute(
                sql: """
                    UPDATE exports SET state = ?2, ended = ?3, bytes = ?4, records = ?5, error = ?6
                    WHERE id = ?1 AND state = 'processing'
                    """,
                arguments: [id, error == nil ? "completed" : "failed", now, bytes, records, error]
            )
        }
    }

    /// Forgets exports some time after their files have gone, so that whoever asks hears that they had been there.
    ///
    /// - Returns: the ids of all exports whose files may still be there.
    package func pruneExports() async throws(CatalogError) -> Set<String> {
        let now = clock.now()
        return try await writeAnyway { database in
            let sql = "DELETE FROM exports WHERE expires < ?"
            try database.execute(sql: sql, arguments: [now - 7 * Export.lifetime])
            let kept = "SELECT id FROM exports WHERE expires > ? AND state != 'failed'"
            return Set(try String.fetchAll(database, sql: kept, arguments: [now]))
        }
    }
}

extension Export {
    fileprivate static func fetchAll(
        _ condition: String,
        _ arguments: StatementArguments,
        _ database: Database
    ) throws -> [Export] {
        let sql = """
            SELECT exports.*, organizations.space FROM exports
            JOIN organizations ON organizations.id = exports.organization_id WHERE \(condition)
            """
        return try Row.fetchAll(database, sql: sql, arguments: arguments)
            .map { row in
                Export(
                    id: row["id"],
                    organizationID: row["organization_id"],
                    space: row["space"],
                    userID: row["user_id"],
                    request: row["request"],
                    state: try row.value("state"),
                    created: row["created"],
                    ended: row["ended"],
                    expires: row["expires"],
                    bytes: row["bytes"],
                    records: row["records"],
                    error: row["error"]
                )
            }
    }
}
