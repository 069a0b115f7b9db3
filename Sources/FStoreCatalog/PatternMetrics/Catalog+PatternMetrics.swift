internal import GRDB

extension Catalog {
    /// Stores what a user reports, and returns its number.
    package func addPatternMetric(
        _ metric: NewPatternMetric,
        organization: Int64,
        user: Int64
    ) async throws(CatalogError) -> Int64 {
        let now = clock.now()
        return try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO pattern_metrics (organization_id, user_id, type, pattern, seconds_saved, created)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [organization, user, metric.type, metric.pattern, metric.secondsSaved, now]
            )
            return database.lastInsertedRowID
        }
    }

    /// What was reported from `since` on and before `until`, added up.
    package func patternMetricSummary(
        organization: Int64,
        since: UnixNanoseconds,
        until: UnixNanoseconds
    ) async throws(CatalogError) -> PatternMetricSummary {
        try await read { database in
            let arguments: StatementArguments = [organization, since, until]
            let chosen = "FROM pattern_metrics WHERE organization_id = ? AND created >= ? AND created < ?"
            func rows(_ group: String, _ order: String) throws -> [Row] {
                let sql = """
                    SELECT \(group) AS entry, count(*) AS count, total(seconds_saved) AS seconds \(chosen)
                    GROUP BY entry ORDER BY \(order) LIMIT \(PatternMetricSummary.maxEntries)
                    """
                return try Row.fetchAll(database, sql: sql, arguments: arguments)
            }
            let all = "SELECT count(*) AS count, total(seconds_saved) AS seconds \(chosen)"
            let sum = try Row.fetchOne(database, sql: all, arguments: arguments)
            // 1970 began on a Thursday, three days into its week.
            let week = "(created + 3 * 86400000000000) / (7 * 86400000000000)"
            return PatternMetricSummary(
                total: sum.map(PatternMetricSummary.Total.init) ?? .init(count: 0, secondsSaved: 0),
                byPattern: try rows("pattern", "seconds DESC, entry").map { ($0["entry"], .init($0)) },
                byPerson: try rows("user_id", "seconds DESC, entry")
                    .map { row in
                        let name = "SELECT username FROM users WHERE id = ?"
                        let id: Int64 = row["entry"]
                        return (id, try String.fetchOne(database, sql: name, arguments: [id]) ?? "", .init(row))
                    },
                byWeek: try rows(week, "entry DESC").reversed().map { ($0["entry"], .init($0)) }
            )
        }
    }
}

extension PatternMetricSummary.Total {
    fileprivate init(_ row: Row) {
        self.init(count: row["count"], secondsSaved: row["seconds"])
    }
}
