internal import GRDB

extension Catalog {
    /// Stores what is newer than what the organization has, and says what is not. Each name may be there once.
    ///
    /// - Parameter user: who sends them.
    /// - Throws: ``CatalogError/tooMany(what:limit:)`` when the organization would have more than
    ///   ``Pattern/maxVersions``; nothing is stored then.
    package func syncPatterns(
        _ patterns: [NewPattern],
        organization: Int64,
        user: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> PatternSync {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            var (conflicts, stored) = ([PatternSync.Conflict](), 0)
            for sent in patterns {
                let newest = try Pattern.newest(sent.name, organization: organization, in: database)
                if let newest, sent.version <= newest.version {
                    if sent.isSame(as: newest) { continue }
                    let conflict = PatternSync.Conflict(
                        name: sent.name,
                        sentVersion: sent.version,
                        storedVersion: newest.version,
                        reason: sent.version < newest.version ? .older : .differs
                    )
                    conflicts.append(conflict)
                    continue
                }
                try database.execute(
                    sql: """
                        INSERT INTO patterns
                            (organization_id, name, version, description, category, modified_by, modified)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        organization, sent.name, sent.version, sent.description, sent.category, user, now,
                    ]
                )
                stored += 1
                let details = [("version", String(sent.version))]
                try trail.note(.patternSync, sent.name, organization: organization, details: details)
            }
            let count = "SELECT count(*) FROM patterns WHERE organization_id = ?"
            if stored > 0, try Int.fetchOne(database, sql: count, arguments: [organization]) ?? 0 > Pattern.maxVersions
            {
                throw CatalogError.tooMany(what: "versions of patterns", limit: Pattern.maxVersions)
            }
            return PatternSync(synced: patterns.count - conflicts.count, conflicts: conflicts)
        }
    }

    /// A page of the patterns of an organization by name, the newest version of each.
    ///
    /// - Parameters:
    ///   - since: only those that were stored then or later.
    ///   - category: only those of this category.
    package func patterns(
        organization: Int64,
        since: UnixNanoseconds? = nil,
        category: String? = nil,
        offset: Int,
        limit: Int
    ) async throws(CatalogError) -> CatalogPage<Pattern> {
        try await read { database in
            let chosen = """
                FROM patterns WHERE organization_id = ?1 AND modified >= ?2 AND (?3 IS NULL OR category = ?3)
                    AND NOT EXISTS (
                        SELECT * FROM patterns AS newer WHERE newer.organization_id = patterns.organization_id
                            AND newer.name = patterns.name AND newer.version > patterns.version
                    )
                """
            let arguments: StatementArguments = [organization, since ?? .min, category]
            return CatalogPage(
                items:
                    try Row.fetchAll(
                        database,
                        sql: "SELECT * \(chosen) ORDER BY name LIMIT ?4 OFFSET ?5",
                        arguments: arguments + [max(0, limit), max(0, offset)]
                    )
                    .map(Pattern.init),
                total: try Int.fetchOne(database, sql: "SELECT count(*) \(chosen)", arguments: arguments) ?? 0
            )
        }
    }

    /// A page of the versions of a pattern, the newest first. Throws ``CatalogError/notFound`` when there is none.
    package func patternVersions(
        _ name: String,
        organization: Int64,
        offset: Int,
        limit: Int
    ) async throws(CatalogError) -> CatalogPage<Pattern> {
        try await read { database in
            let chosen = "FROM patterns WHERE organization_id = ? AND name = ?"
            let total = try Int.fetchOne(
                database,
                sql: "SELECT count(*) \(chosen)",
                arguments: [organization, name]
            )
            guard let total, total > 0 else { throw CatalogError.notFound }
            let sql = "SELECT * \(chosen) ORDER BY version DESC LIMIT ? OFFSET ?"
            let arguments: StatementArguments = [organization, name, max(0, limit), max(0, offset)]
            return CatalogPage(
                items: try Row.fetchAll(database, sql: sql, arguments: arguments).map(Pattern.init),
                total: total
            )
        }
    }

    /// Removes all versions of a pattern. Its name is as if it had never been used.
    package func deletePattern(_ name: String, organization: Int64, by actor: AuditActor) async throws(CatalogError) {
        try await changeAnyway(by: actor) { database, trail in
            let sql = "DELETE FROM patterns WHERE organization_id = ? AND name = ?"
            try database.execute(sql: sql, arguments: [organization, name])
            let count = database.changesCount
            guard count > 0 else { throw CatalogError.notFound }
            let details = [("versions", String(count))]
            try trail.note(.patternDelete, name, organization: organization, details: details)
        }
    }
}

extension Pattern {
    fileprivate static func newest(_ name: String, organization: Int64, in database: Database) throws -> Pattern? {
        let statement = try database.cachedStatement(
            sql: "SELECT * FROM patterns WHERE organization_id = ? AND name = ? ORDER BY version DESC LIMIT 1"
        )
        return try Row.fetchOne(statement, arguments: [organization, name]).map(Pattern.init)
    }

    fileprivate init(_ row: Row) {
        self.init(
            name: row["name"],
            version: row["version"],
            description: row["description"],
            category: row["category"],
            modifiedBy: row["modified_by"],
            modified: row["modified"]
        )
    }
}
