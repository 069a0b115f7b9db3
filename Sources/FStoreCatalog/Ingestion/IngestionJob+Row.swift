internal import GRDB

extension IngestionJob {
    static func fetch(_ id: String, organization: Int64, from database: Database) throws -> IngestionJob {
        let sql = "SELECT * FROM ingestion_jobs WHERE organization_id = ? AND id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [organization, id]) else {
            throw CatalogError.notFound
        }
        return IngestionJob(
            id: id,
            organizationID: organization,
            state: try row.value("state"),
            options: Options(batchRows: row["batch_rows"], timeoutSeconds: row["timeout_seconds"]),
            created: row["created"],
            ended: row["ended"],
            runs: try IngestionRun.fetchAll("runs.job_id = ? ORDER BY runs.id", [id], from: database)
        )
    }

    /// Ends a job whose runs have all ended, and forgets the oldest ones of its organization.
    static func settle(_ id: String, at now: UnixNanoseconds, in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE ingestion_jobs SET ended = ?2, state = CASE
                    WHEN EXISTS (SELECT * FROM ingestion_runs WHERE job_id = ?1 AND state = 'failed') THEN 'failed'
                    WHEN EXISTS (SELECT * FROM ingestion_runs WHERE job_id = ?1 AND state = 'stopped') THEN 'stopped'
                    WHEN EXISTS (SELECT * FROM ingestion_runs WHERE job_id = ?1) THEN 'completed'
                    ELSE 'stopped' END
                WHERE id = ?1 AND state = 'running' AND NOT EXISTS (
                    SELECT * FROM ingestion_runs WHERE job_id = ?1 AND state IN ('waiting', 'running')
                )
                """,
            arguments: [id, now]
        )
        guard database.changesCount == 1 else { return }
        try tell(id, at: now, in: database)
        try database.execute(
            sql: """
                DELETE FROM ingestion_jobs WHERE state != 'running' AND id IN (
                    SELECT id FROM ingestion_jobs
                    WHERE organization_id = (SELECT organization_id FROM ingestion_jobs WHERE id = ?)
                    ORDER BY created DESC, id DESC LIMIT -1 OFFSET ?
                )
                """,
            arguments: [id, Catalog.mostEndedJobs]
        )
    }
}

extension IngestionRun {
    /// The runs, called `runs`, for which `condition` holds.
    static func fetchAll(
        _ condition: String,
        _ arguments: StatementArguments,
        from database: Database
    ) throws -> [IngestionRun] {
        let sql = """
            SELECT runs.*, organizations.space, jobs.batch_rows, jobs.timeout_seconds FROM ingestion_runs AS runs
            JOIN organizations ON organizations.id = runs.organization_id
            JOIN ingestion_jobs AS jobs ON jobs.id = runs.job_id
            WHERE \(condition)
            """
        return try Row.fetchAll(database, sql: sql, arguments: arguments)
            .map { row in
                IngestionRun(
                    id: row["id"],
                    jobID: row["job_id"],
                    organizationID: row["organization_id"],
                    space: row["space"],
                    sourceID: row["source_id"],
                    state: try row.value("state"),
                    attempts: row["attempts"],
                    failures: row["failures"],
                    isStopAsked: row["stop_asked"],
                    started: row["started"],
                    ended: row["ended"],
                    stored: row["stored"],
                    rejected: row["rejected"],
                    error: row["error"],
                    options: IngestionJob.Options(batchRows: row["batch_rows"], timeoutSeconds: row["timeout_seconds"])
                )
            }
    }
}
