internal import GRDB

/// Events of ingestion, told in the transaction that makes them true.
extension IngestionJob {
    /// A job has ended.
    static func tell(_ id: String, at now: UnixNanoseconds, in database: Database) throws {
        let sql = """
            SELECT jobs.organization_id, jobs.state, json_object(
                'job_id', jobs.id, 'status', jobs.state, 'records_processed', coalesce(sum(runs.stored), 0),
                'errors', coalesce(sum(runs.rejected), 0), 'duration', (jobs.ended - jobs.created) / 1000000000,
                'sources', json_group_array(json_object(
                    'source_id', runs.source_id, 'status', runs.state, 'records_processed', runs.stored,
                    'errors', runs.rejected, 'error', runs.error
                )) FILTER (WHERE runs.id IS NOT NULL)
            ) AS data
            FROM ingestion_jobs AS jobs LEFT JOIN ingestion_runs AS runs ON runs.job_id = jobs.id WHERE jobs.id = ?
            """
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [id]) else { return }
        let event: String
        switch try row.value("state") as State {
        case .completed: event = "ingestion.completed"
        case .failed: event = "ingestion.failed"
        case .running, .stopped: return
        }
        try Webhook.tell(event, row["data"], organization: row["organization_id"], at: now, in: database)
    }
}

extension IngestionRun {
    /// A run has ended.
    func tell(_ outcome: IngestionOutcome, at now: UnixNanoseconds, in database: Database) throws {
        let sql = "SELECT name, failures FROM sources JOIN source_states ON source_id = id WHERE id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [sourceID]) else { return }
        let name: String = row["name"]
        func data(_ error: String?) throws -> String {
            let sql = """
                SELECT json_object('source_id', ?, 'source', ?, 'job_id', ?, 'records_processed', ?, 'errors', ?,
                    'error', ?)
                """
            let arguments: StatementArguments = [sourceID, name, jobID, outcome.stored, outcome.rejected, error]
            return try String.fetchOne(database, sql: sql, arguments: arguments) ?? "{}"
        }
        switch outcome.end {
        case .completed where outcome.stored > 0:
            try Webhook.tell("feature.updated", try data(nil), organization: organizationID, at: now, in: database)
        // Only once, until it works again: no run before this one has failed.
        case .failed(let error) where (row["failures"] as Int) <= failures + 1:
            try Webhook.tell("source.failing", try data(error), organization: organizationID, at: now, in: database)
        default: break
        }
    }
}
