internal import GRDB

extension Catalog {
    /// Keeps a feature filled from `source` from now on, starting at once. One with the same source stays as it is.
    package func materialize(_ feature: String, from source: String, organization: Int64) async throws(CatalogError) {
        let now = clock.now()
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO materializations (feature_id, organization_id, source, next_run) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (feature_id) DO UPDATE
                    SET source = ?3, next_run = ?4, newest_event = NULL, failures = 0, error = NULL
                    WHERE source != ?3
                    """,
                arguments: [feature, organization, source, now]
            )
        }
    }

    /// Fills a feature no longer: it was deleted, or has no source any more.
    package func endMaterialization(_ feature: String, organization: Int64) async throws(CatalogError) {
        try await writeAnyway { database in
            let sql = "DELETE FROM materializations WHERE feature_id = ? AND organization_id = ?"
            try database.execute(sql: sql, arguments: [feature, organization])
        }
    }

    /// What fills a feature; `nil` when nothing does.
    package func materialization(
        _ feature: String,
        organization: Int64
    ) async throws(CatalogError) -> Materialization? {
        try await read { database in
            try Materialization.fetchAll("feature_id = ? AND organization_id = ?", [feature, organization], database)
                .first
        }
    }

    /// All features of all organizations that are filled, by id.
    package func materializedFeatures() async throws(CatalogError) -> [String: Materialization] {
        try await read { database in
            let all = try Materialization.fetchAll("true", [], database)
            return Dictionary(uniqueKeysWithValues: all.map { ($0.featureID, $0) })
        }
    }

    /// Runs a materialization as soon as a worker is free, or once more behind the run that goes on.
    ///
    /// - Throws: ``CatalogError/notFound`` when nothing fills the feature.
    package func askForMaterialization(_ feature: String, organization: Int64) async throws(CatalogError) {
        let now = clock.now()
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE materializations SET is_asked = 1, next_run = min(coalesce(next_run, ?3), ?3)
                    WHERE feature_id = ?1 AND organization_id = ?2
                    """,
                arguments: [feature, organization, now]
            )
            if database.changesCount == 0 { throw CatalogError.notFound }
        }
    }

    /// Lets those start again that were running when the server ended.
    package func reopenMaterializations() async throws(CatalogError) {
        let now = clock.now()
        try await writeAnyway { database in
            let sql = "UPDATE materializations SET is_running = 0, next_run = ? WHERE is_running = 1"
            try database.execute(sql: sql, arguments: [now])
        }
    }

    /// Takes those whose turn it is: they are running from then on.
    package func takeMaterializations(most: Int) async throws(CatalogError) -> [Materialization] {
        let now = clock.now()
        let isDue = """
            next_run <= \(now) AND is_running = 0 AND organization_id IN
                (SELECT id FROM organizations WHERE disabled IS NULL AND deletion_began IS NULL)
            """
        let isThere = try await read { database in
            try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT * FROM materializations WHERE \(isDue))") ?? false
        }
        guard isThere else { return [] }
        return try await write { database in
            let due = try Materialization.fetchAll("\(isDue) ORDER BY next_run, feature_id LIMIT ?", [most], database)
            for one in due {
                let sql = "UPDATE materializations SET is_running = 1, is_asked = 0 WHERE feature_id = ?"
                try database.execute(sql: sql, arguments: [one.featureID])
            }
            return due
        }
    }

    /// Stores the result of a run. If another run was requested meanwhile, it is due at once.
    package func finishMaterialization(
        _ materialization: Materialization,
        _ outcome: MaterializationOutcome
    ) async throws(CatalogError) {
        let now = clock.now()
        try await writeAnyway { database in
            try database.execute(
                sql: """
                    UPDATE materializations SET is_running = 0, last_run = ?2, stored = ?3, rejected = ?4, error = ?5,
                        failures = CASE WHEN ?5 IS NULL THEN 0 ELSE failures + 1 END,
                        last_success = CASE WHEN ?5 IS NULL THEN ?2 ELSE last_success END,
                        newest_event = CASE WHEN source = ?8 AND ?5 IS NULL
                            THEN max(coalesce(newest_event, ?6), coalesce(?6, newest_event)) ELSE newest_event END,
                        next_run = CASE WHEN is_asked OR source != ?8 THEN ?2 ELSE ?7 END
                    WHERE feature_id = ?1
                    """,
                arguments: [
                    materialization.featureID, now, outcome.stored, outcome.rejected, outcome.error,
                    outcome.newestEvent, outcome.nextRun, materialization.source,
                ]
            )
            guard outcome.error == nil, outcome.stored > 0 else { return }
            let data = "SELECT json_object('feature_id', ?, 'records_processed', ?, 'errors', ?)"
            let arguments: StatementArguments = [materialization.featureID, outcome.stored, outcome.rejected]
            try Webhook.tell(
                "feature.updated",
                try String.fetchOne(database, sql: data, arguments: arguments) ?? "{}",
                organization: materialization.organizationID,
                at: now,
                in: database
            )
        }
    }

    /// How many features are filled, and of how many the last run failed.
    package func materializationCounts() async throws(CatalogError) -> (all: Int, failing: Int) {
        try await read { database in
            let sql = "SELECT count(*) AS n, count(*) FILTER (WHERE failures > 0) AS failing FROM materializations"
            let row = try Row.fetchOne(database, sql: sql)
            return (row?["n"] ?? 0, row?["failing"] ?? 0)
        }
    }
}

extension Materialization {
    fileprivate static func fetchAll(
        _ condition: String,
        _ arguments: StatementArguments,
        _ database: Database
    ) throws -> [Materialization] {
        let sql = """
            SELECT materializations.*, (SELECT space FROM organizations WHERE id = organization_id) AS space
            FROM materializations WHERE \(condition)
            """
        return try Row.fetchAll(database, sql: sql, arguments: arguments)
            .map { row in
                Materialization(
                    featureID: row["feature_id"],
                    organizationID: row["organization_id"],
                    space: row["space"],
                    source: row["source"],
                    nextRun: row["next_run"],
                    isRunning: row["is_running"],
                    lastRun: row["last_run"],
                    lastSuccess: row["last_success"],
                    stored: row["stored"],
                    rejected: row["rejected"],
                    failures: row["failures"],
                    error: row["error"],
                    newestEvent: row["newest_event"]
                )
            }
    }
}
