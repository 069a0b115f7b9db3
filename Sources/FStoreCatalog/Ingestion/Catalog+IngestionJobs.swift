internal import GRDB

/// Jobs as those see them who start, stop and watch them.
extension Catalog {
    /// How many jobs an organization keeps when they have ended, the newest ones.
    static let mostEndedJobs = 1000

    /// Makes a job with one run for each source.
    ///
    /// - Parameter sources: ids or names; `nil` takes all sources that are enabled and idle.
    /// - Throws: ``CatalogError/notFound`` when one does not exist, ``CatalogError/sourceBusy(_:)`` when one has an
    ///   open run, ``CatalogError/sourceDisabled(_:)`` when one is disabled.
    package func startJob(
        sources: [String]?,
        organization: Int64,
        options: IngestionJob.Options,
        by actor: AuditActor
    ) async throws(CatalogError) -> IngestionJob {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let chosen = try sources.map { try named($0, organization, database) } ?? idle(organization, database)
            let job = RecordID.make("job", at: now)
            try database.execute(
                sql: """
                    INSERT INTO ingestion_jobs
                        (id, organization_id, state, batch_rows, timeout_seconds, created, ended)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    // With nothing to read it is done.
                    job, organization, chosen.isEmpty ? "completed" : "running", options.batchRows,
                    options.timeoutSeconds, now, chosen.isEmpty ? now : nil,
                ]
            )
            for source in chosen {
                try database.execute(
                    sql: """
                        INSERT INTO ingestion_runs (id, job_id, organization_id, source_id, state, not_before)
                        VALUES (?, ?, ?, ?, 'waiting', ?)
                        """,
                    arguments: [RecordID.make("run", at: now), job, organization, source, now]
                )
            }
            try trail.note(
                .ingestionStart,
                job,
                organization: organization,
                details: [("sources", chosen.joined(separator: " "))]
            )
            return try IngestionJob.fetch(job, organization: organization, from: database)
        }
    }

    /// Ends the runs of a job, or of all jobs of an organization, that have not begun, and notes of the others that
    /// they are to end: whoever runs them does so, also after a kill.
    ///
    /// - Parameter job: `nil` for all.
    package func stopJobs(
        _ job: String?,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> (runs: [String], stopped: UnixNanoseconds) {
        let now = clock.now()
        return try await changeAnyway(by: actor) { database, trail in
            if let job { _ = try IngestionJob.fetch(job, organization: organization, from: database) }
            let chosen = "organization_id = ?1 AND (?2 IS NULL OR job_id = ?2)"
            let jobs = try String.fetchAll(
                database,
                sql: "SELECT DISTINCT job_id FROM ingestion_runs WHERE \(chosen) AND state IN ('waiting', 'running')",
                arguments: [organization, job]
            )
            try database.execute(
                sql: """
                    UPDATE ingestion_runs SET state = 'stopped', ended = ?3
                    WHERE \(chosen) AND state = 'waiting' AND attempts = 0
                    """,
                arguments: [organization, job, now]
            )
            // What has begun has stored something, which only whoever runs it can count.
            try database.execute(
                sql: "UPDATE ingestion_runs SET stop_asked = 1 WHERE \(chosen) AND state IN ('waiting', 'running')",
                arguments: [organization, job]
            )
            for job in jobs {
                try IngestionJob.settle(job, at: now, in: database)
                try trail.note(.ingestionStop, job, organization: organization)
            }
            let running = try String.fetchAll(
                database,
                sql: "SELECT id FROM ingestion_runs WHERE \(chosen) AND state = 'running'",
                arguments: [organization, job]
            )
            return (running, now)
        }
    }

    /// One job of an organization.
    package func job(_ id: String, organization: Int64) async throws(CatalogError) -> IngestionJob {
        try await read { database in try IngestionJob.fetch(id, organization: organization, from: database) }
    }

    /// A page of the jobs of an organization, newest first.
    package func jobs(
        organization: Int64,
        offset: Int,
        limit: Int
    ) async throws(CatalogError) -> CatalogPage<IngestionJob> {
        try await read { database in
            let ids = try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM ingestion_jobs WHERE organization_id = ? ORDER BY created DESC, id DESC
                    LIMIT ? OFFSET ?
                    """,
                arguments: [organization, max(0, limit), max(0, offset)]
            )
            let total = "SELECT count(*) FROM ingestion_jobs WHERE organization_id = ?"
            return CatalogPage(
                items: try ids.map { try IngestionJob.fetch($0, organization: organization, from: database) },
                total: try Int.fetchOne(database, sql: total, arguments: [organization]) ?? 0
            )
        }
    }

    /// The jobs that have not ended, oldest first, and what others have come to.
    package func ingestionStatus(organization: Int64) async throws(CatalogError) -> IngestionStatus {
        try await read { database in
            func ids(_ sql: String) throws -> [IngestionJob] {
                try String.fetchAll(database, sql: sql, arguments: [organization])
                    .map { try IngestionJob.fetch($0, organization: organization, from: database) }
            }
            let chosen = "SELECT id FROM ingestion_jobs WHERE organization_id = ?"
            let counts = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*) FILTER (WHERE state = 'completed') AS completed,
                        count(*) FILTER (WHERE state = 'failed') AS failed
                    FROM ingestion_jobs WHERE organization_id = ?
                    """,
                arguments: [organization]
            )
            return IngestionStatus(
                open: try ids(chosen + " AND state = 'running' ORDER BY created, id"),
                lastCompleted: try ids(chosen + " AND state = 'completed' ORDER BY ended DESC, id DESC LIMIT 1").first,
                completed: counts?["completed"] ?? 0,
                failed: counts?["failed"] ?? 0
            )
        }
    }
}

/// What the ingestion of an organization does and has done.
package struct IngestionStatus: Sendable {
    package let open: [IngestionJob]
    package let lastCompleted: IngestionJob?
    /// Of the jobs that are kept.
    package let completed: Int
    package let failed: Int
}

/// Those sources, when each may run now.
private func named(_ ids: [String], _ organization: Int64, _ database: Database) throws -> [String] {
    var chosen: [String] = []
    for reference in ids {
        let id = try Source.id(of: reference, organization: organization, in: database)
        if chosen.contains(id) { continue }
        let source = try Source.fetch(id, organization: organization, from: database)
        if !source.enabled { throw CatalogError.sourceDisabled(source.name) }
        if source.state.isBusy { throw CatalogError.sourceBusy(source.name) }
        chosen.append(id)
    }
    return chosen
}

private func idle(_ organization: Int64, _ database: Database) throws -> [String] {
    try String.fetchAll(
        database,
        sql: """
            SELECT id FROM sources WHERE organization_id = ? AND enabled AND NOT EXISTS (
                SELECT * FROM ingestion_runs WHERE source_id = sources.id AND state IN ('waiting', 'running')
            ) ORDER BY created, id
            """,
        arguments: [organization]
    )
}
