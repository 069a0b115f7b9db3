internal import GRDB

/// Runs as whoever works them off sees them.
extension Catalog {
    /// Lets the runs wait that were going on when the server ended, so that they are taken up again.
    package func reopenRuns() async throws(CatalogError) {
        try await writeAnyway { database in
            try database.execute(sql: "UPDATE ingestion_runs SET state = 'waiting' WHERE state = 'running'")
        }
    }

    /// Takes the runs whose turn it is: they are running from then on.
    ///
    /// - Parameters:
    ///   - most: how many to take.
    ///   - job: only runs of this job.
    ///   - isStopAsked: whether to take those that are to end. They need no turn.
    package func takeRuns(
        most: Int,
        of job: String? = nil,
        isStopAsked: Bool = false
    ) async throws(CatalogError) -> [IngestionRun] {
        let now = clock.now()
        let turn = isStopAsked ? "stop_asked = 1 AND ?1 > 0" : "stop_asked = 0 AND not_before <= ?1"
        let isWaiting = "state = 'waiting' AND \(turn) AND (?2 IS NULL OR job_id = ?2)"
        // Usually no run is due, and then nothing is written.
        let isThere = try await read { database in
            try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS (SELECT * FROM ingestion_runs WHERE \(isWaiting))",
                arguments: [now, job]
            )
        }
        guard isThere == true else { return [] }
        return try await write { database in
            // Each organization's oldest first: one that has started many lets others through.
            let ids = try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM (
                        SELECT runs.id, runs.not_before, row_number() OVER (
                            PARTITION BY runs.organization_id ORDER BY runs.not_before, runs.id
                        ) + (
                            SELECT count(*) FROM ingestion_runs AS others
                            WHERE others.organization_id = runs.organization_id AND others.state = 'running'
                        ) AS place
                        FROM ingestion_runs AS runs JOIN organizations ON organizations.id = runs.organization_id
                        WHERE runs.\(isWaiting) AND organizations.disabled IS NULL
                            AND organizations.deletion_began IS NULL
                    ) ORDER BY place, not_before, id LIMIT ?3
                    """,
                arguments: [now, job, most]
            )
            for id in ids {
                try database.execute(
                    sql: """
                        UPDATE ingestion_runs SET state = 'running', attempts = attempts + 1,
                            started = coalesce(started, ?2)
                        WHERE id = ?1
                        """,
                    arguments: [id, now]
                )
            }
            return try ids.flatMap { try IngestionRun.fetchAll("runs.id = ?", [$0], from: database) }
        }
    }

    /// Stores the result of a run, and ends its job when it was the last one.
    package func finishRun(_ id: String, _ outcome: IngestionOutcome) async throws(CatalogError) {
        let now = clock.now()
        try await writeAnyway { database in
            guard let run = try IngestionRun.fetchAll("runs.id = ?", [id], from: database).first else { return }
            let (state, error, notBefore) = outcome.end.columns
            try database.execute(
                sql: """
                    UPDATE ingestion_runs SET state = ?2, error = ?3, not_before = coalesce(?4, not_before),
                        stored = ?5, rejected = ?6, ended = CASE ?2 WHEN 'waiting' THEN NULL ELSE ?7 END,
                        failures = failures + ?8
                    WHERE id = ?1
                    """,
                arguments: [
                    id, state.rawValue, error, notBefore, outcome.stored, outcome.rejected, now, error == nil ? 0 : 1,
                ]
            )
            let isCompleted = outcome.end == .completed
            try database.execute(
                sql: """
                    INSERT INTO source_states
                        (source_id, stored, rejected, failures, last_error, last_sync, last_duration)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                    ON CONFLICT (source_id) DO UPDATE SET stored = stored + ?2, rejected = rejected + ?3,
                        failures = CASE WHEN ?6 IS NOT NULL THEN 0 ELSE failures + ?4 END,
                        last_error = CASE WHEN ?6 IS NOT NULL THEN NULL ELSE coalesce(?5, last_error) END,
                        last_sync = coalesce(?6, last_sync), last_duration = coalesce(?7, last_duration)
                    """,
                arguments: [
                    run.sourceID, outcome.stored - run.stored, outcome.rejected - run.rejected, error == nil ? 0 : 1,
                    error, isCompleted ? now : nil, isCompleted ? now - (run.started ?? now) : nil,
                ]
            )
            if !state.isOpen {
                try run.tell(outcome, at: now, in: database)
                try IngestionJob.settle(run.jobID, at: now, in: database)
            }
        }
    }

    /// Keeps rows that a run has rejected, and lets older ones of the source go when there are too many.
    package func addRejects(_ rejects: [SourceReject], of source: String) async throws(CatalogError) {
        if rejects.isEmpty { return }
        try await write { database in
            let isThere = "SELECT EXISTS (SELECT * FROM sources WHERE id = ?)"
            guard try Bool.fetchOne(database, sql: isThere, arguments: [source]) == true else { return }
            for reject in rejects {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO source_rejects VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        source, reject.runID, reject.file, reject.line, reject.field, reject.reason, reject.row,
                        reject.time,
                    ]
                )
            }
            try database.execute(
                sql: """
                    DELETE FROM source_rejects WHERE source_id = ?1 AND (run_id, file, line) IN (
                        SELECT run_id, file, line FROM source_rejects WHERE source_id = ?1
                        ORDER BY run_id DESC, file, line LIMIT -1 OFFSET ?2
                    )
                    """,
                arguments: [source, SourceReject.mostKept]
            )
        }
    }

    /// A page of the rows of a source that were rejected: those of the last run first, by file and line.
    package func rejects(
        of source: String,
        organization: Int64,
        offset: Int,
        limit: Int
    ) async throws(CatalogError) -> CatalogPage<SourceReject> {
        try await read { database in
            _ = try Source.fetch(source, organization: organization, from: database)
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM source_rejects WHERE source_id = ? ORDER BY run_id DESC, file, line LIMIT ? OFFSET ?
                    """,
                arguments: [source, max(0, limit), max(0, offset)]
            )
            let total = "SELECT count(*) FROM source_rejects WHERE source_id = ?"
            return CatalogPage(
                items: rows.map { row in
                    SourceReject(
                        runID: row["run_id"],
                        file: row["file"],
                        line: row["line"],
                        field: row["field"],
                        reason: row["reason"],
                        row: row["row"],
                        time: row["time"]
                    )
                },
                total: try Int.fetchOne(database, sql: total, arguments: [source]) ?? 0
            )
        }
    }
}

extension IngestionOutcome.End {
    fileprivate var columns: (state: IngestionRun.State, error: String?, notBefore: UnixNanoseconds?) {
        switch self {
        case .completed: (.completed, nil, nil)
        case .stopped: (.stopped, nil, nil)
        case .failed(let reason): (.failed, reason, nil)
        case .retried(let reason, let time): (.waiting, reason, time)
        }
    }
}
