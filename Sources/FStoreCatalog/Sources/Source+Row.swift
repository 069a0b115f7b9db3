internal import GRDB

extension Source {
    static func fetch(_ id: String, organization: Int64, from database: Database) throws -> Source {
        let sql = "SELECT * FROM sources WHERE organization_id = ? AND id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [organization, id]) else {
            throw CatalogError.notFound
        }
        return try Source(row, in: database)
    }

    /// The id of the source that an id or a name means.
    static func id(of reference: String, organization: Int64, in database: Database) throws -> String {
        let sql = "SELECT id FROM sources WHERE organization_id = ?1 AND (id = ?2 OR name = ?2) ORDER BY id != ?2"
        guard let id = try String.fetchOne(database, sql: sql, arguments: [organization, reference]) else {
            throw CatalogError.notFound
        }
        return id
    }

    init(_ row: Row, in database: Database) throws {
        let id: String = row["id"]
        let secrets = try database.cachedStatement(
            sql: "SELECT name, sealed FROM source_secrets WHERE source_id = ? ORDER BY name"
        )
        self.init(
            id: id,
            organizationID: row["organization_id"],
            name: row["name"],
            type: row["type"],
            config: row["config"],
            sealedSecrets: try Row.fetchAll(secrets, arguments: [id])
                .map { SealedSecret(name: $0["name"], bytes: ($0["sealed"] as Blob).bytes) },
            enabled: row["enabled"],
            validation: row["validation"],
            state: try SourceState.fetch(of: id, from: database),
            created: row["created"],
            updated: row["updated"],
            version: row["version"]
        )
    }

    /// Throws when another source of the organization than `id` is called `name`.
    static func require(_ name: String, freeFor id: String?, organization: Int64, in database: Database) throws {
        let sql = "SELECT EXISTS (SELECT * FROM sources WHERE organization_id = ? AND name = ? AND id IS NOT ?)"
        guard try Bool.fetchOne(database, sql: sql, arguments: [organization, name, id]) == false else {
            throw CatalogError.nameTaken(name)
        }
    }

    /// Stores secrets, each in the place of one of the same name.
    static func store(_ secrets: [SealedSecret], of id: String, in database: Database) throws {
        for secret in secrets {
            try database.execute(
                sql: "INSERT OR REPLACE INTO source_secrets (source_id, name, sealed) VALUES (?, ?, ?)",
                arguments: [id, secret.name, Blob(secret.bytes)]
            )
        }
    }
}

extension SourceState {
    fileprivate static func fetch(of source: String, from database: Database) throws -> SourceState {
        let busy = try database.cachedStatement(
            sql: "SELECT EXISTS (SELECT * FROM ingestion_runs WHERE source_id = ? AND state IN ('waiting', 'running'))"
        )
        let known = try database.cachedStatement(sql: "SELECT * FROM source_states WHERE source_id = ?")
        var state = SourceState()
        state.isBusy = try Bool.fetchOne(busy, arguments: [source]) ?? false
        guard let row = try Row.fetchOne(known, arguments: [source]) else { return state }
        state.lastSync = row["last_sync"]
        state.stored = row["stored"]
        state.rejected = row["rejected"]
        state.failures = row["failures"]
        state.lastError = row["last_error"]
        state.lastDuration = row["last_duration"]
        return state
    }
}
