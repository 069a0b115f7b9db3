internal import GRDB

extension Catalog {
    /// How much the sources of an organization have brought, and how many of them, and of its features, fail.
    package func ingestionTotals(
        organization: Int64
    ) async throws(CatalogError) -> (stored: Int64, failingSources: Int, failingFeatures: Int) {
        try await read { database in
            let sources = """
                SELECT coalesce(sum(stored), 0) AS stored, count(*) FILTER (WHERE failures > 0) AS failing
                FROM source_states JOIN sources ON sources.id = source_id WHERE organization_id = ?
                """
            let features = "SELECT count(*) FROM materializations WHERE organization_id = ? AND failures > 0"
            let row = try Row.fetchOne(database, sql: sources, arguments: [organization])
            return (
                stored: row?["stored"] ?? 0,
                failingSources: row?["failing"] ?? 0,
                failingFeatures: try Int.fetchOne(database, sql: features, arguments: [organization]) ?? 0
            )
        }
    }

    /// How many sources of all organizations fail.
    package func failingSources() async throws(CatalogError) -> Int {
        try await read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM source_states WHERE failures > 0") ?? 0
        }
    }

    /// Starts a job for each organization that has enabled sources which are idle, as its operator has set.
    ///
    /// - Returns: how many.
    package func startDueJobs() async throws(CatalogError) -> Int {
        let due = try await read { database in
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT organization_id FROM sources
                    JOIN organizations ON organizations.id = organization_id
                    WHERE enabled AND organizations.disabled IS NULL AND deletion_began IS NULL AND NOT EXISTS (
                        SELECT * FROM ingestion_runs WHERE source_id = sources.id AND state IN ('waiting', 'running')
                    )
                    """
            )
        }
        for organization in due {
            _ = try await startJob(
                sources: nil,
                organization: organization,
                options: IngestionJob.Options(),
                by: .server
            )
        }
        return due.count
    }
}
