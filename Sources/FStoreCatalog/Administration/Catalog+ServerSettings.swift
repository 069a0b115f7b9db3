package import FStoreIdentity
internal import GRDB

/// Settings that an operator changes while the server runs. They outlast a restart and apply to all organizations.
extension Catalog {
    private static let maintenanceName = "maintenance"
    /// Before the id of an operation.
    private static let limitPrefix = "rate_limit/"
    /// Before the name of a number.
    private static let configurationPrefix = "config/"

    /// All settings, read in one transaction.
    package func serverSettings() async throws(CatalogError) -> ServerSettings {
        try await read { database in
            ServerSettings(
                maintenance: try Self.maintenance(database),
                operationLimits: try Self.operationLimits(database),
                configuration: try Self.configuration(database)
            )
        }
    }

    /// Begins maintenance, or ends it with `nil`, and returns what is set now. If there is maintenance already, only
    /// its message changes.
    ///
    /// Works on a full disk too, where it is wanted most.
    package func setMaintenance(message: String?, by actor: AuditActor) async throws(CatalogError) -> Maintenance? {
        let now = clock.now()
        return try await changeAnyway(by: actor) { database, trail in
            if let message {
                let since = try Self.maintenance(database)?.since ?? now
                let sql = "INSERT OR REPLACE INTO server_settings VALUES (?, json_object('message', ?, 'since', ?), ?)"
                try database.execute(sql: sql, arguments: [Self.maintenanceName, message, since, now])
            } else {
                let sql = "DELETE FROM server_settings WHERE name = ?"
                try database.execute(sql: sql, arguments: [Self.maintenanceName])
            }
            var details = [(name: "enabled", value: message == nil ? "false" : "true")]
            if let message { details.append((name: "message", value: message)) }
            try trail.note(.maintenanceSet, "server", details: details)
            return try Self.maintenance(database)
        }
    }

    private static func maintenance(_ database: Database) throws -> Maintenance? {
        let sql = """
            SELECT json_extract(value, '$.message') AS message, json_extract(value, '$.since') AS since
            FROM server_settings WHERE name = ?
            """
        return try Row.fetchOne(database, sql: sql, arguments: [maintenanceName])
            .map { Maintenance(message: $0["message"], since: $0["since"]) }
    }

    private static func operationLimits(_ database: Database) throws -> [String: Quota] {
        let sql = "SELECT substr(name, ?) AS operation, value FROM server_settings WHERE name GLOB ?"
        let arguments: StatementArguments = [limitPrefix.utf8.count + 1, limitPrefix + "*"]
        var limits: [String: Quota] = [:]
        for row in try Row.fetchAll(database, sql: sql, arguments: arguments) {
            limits[row["operation"]] = try row.value("value") as Quota
        }
        return limits
    }

    private static func configuration(_ database: Database) throws -> [String: Int64] {
        let sql =
            "SELECT substr(name, ?) AS name, CAST(value AS INTEGER) AS value FROM server_settings WHERE name GLOB ?"
        let arguments: StatementArguments = [configurationPrefix.utf8.count + 1, configurationPrefix + "*"]
        let rows = try Row.fetchAll(database, sql: sql, arguments: arguments)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["value"]) })
    }

    /// Sets numbers by their names, all of them or none; `nil` takes away what was set.
    package func setConfiguration(_ changes: [String: Int64?], by actor: AuditActor) async throws(CatalogError) {
        let now = clock.now()
        try await change(by: actor) { database, trail in
            for (name, value) in changes {
                if let value {
                    let sql = "INSERT OR REPLACE INTO server_settings VALUES (?, ?, ?)"
                    try database.execute(sql: sql, arguments: [Self.configurationPrefix + name, String(value), now])
                } else {
                    let sql = "DELETE FROM server_settings WHERE name = ?"
                    try database.execute(sql: sql, arguments: [Self.configurationPrefix + name])
                }
            }
            let details = changes.sorted { $0.key < $1.key }
                .map { (name: $0.key, value: $0.value.map(String.init) ?? "none") }
            try trail.note(.configurationUpdate, "server", details: details)
        }
    }

    /// Sets limits of operations and of keys, all of them or none.
    ///
    /// - Parameters:
    ///   - operations: by their ids; `.standard` takes away what was set.
    ///   - keys: by their ids, of any organization. Throws ``CatalogError/unknownKey(_:)`` for one that does not exist.
    package func setRateLimits(
        operations: [String: Quota],
        keys: [String: Quota],
        by actor: AuditActor
    ) async throws(CatalogError) {
        let now = clock.now()
        try await change(by: actor) { database, trail in
            for (id, quota) in operations.sorted(by: { $0.key < $1.key }) {
                if quota == .standard {
                    let sql = "DELETE FROM server_settings WHERE name = ?"
                    try database.execute(sql: sql, arguments: [Self.limitPrefix + id])
                } else {
                    let sql = "INSERT OR REPLACE INTO server_settings VALUES (?, ?, ?)"
                    try database.execute(sql: sql, arguments: [Self.limitPrefix + id, quota.rawValue, now])
                }
                try trail.note(.rateLimitSet, id, details: [(name: "limit", value: quota.rawValue)])
            }
            for (id, quota) in keys.sorted(by: { $0.key < $1.key }) {
                let sql = "UPDATE api_keys SET quota = ? WHERE id = ? RETURNING organization_id"
                guard let owner = try Int64.fetchOne(database, sql: sql, arguments: [quota.rawValue, id]) else {
                    throw CatalogError.unknownKey(id)
                }
                let details = [(name: "limit", value: quota.rawValue)]
                try trail.note(.rateLimitSet, id, organization: owner, details: details)
            }
        }
    }

    /// The newest usable keys of all organizations whose limit is not the documented one, and how many there are.
    package func keysWithLimits(count: Int) async throws(CatalogError) -> CatalogPage<APIKey> {
        let now = clock.now()
        return try await read { database in
            let usable =
                "api_keys.quota <> 'standard' AND api_keys.revoked IS NULL AND coalesce(api_keys.expires > ?, 1)"
            let sql = APIKey.select + " WHERE \(usable) ORDER BY api_keys.created DESC, api_keys.id DESC LIMIT ?"
            let total = "SELECT count(*) FROM api_keys WHERE \(usable)"
            return CatalogPage(
                items: try Row.fetchAll(database, sql: sql, arguments: [now, count]).map { try APIKey($0) },
                total: try Int.fetchOne(database, sql: total, arguments: [now]) ?? 0
            )
        }
    }
}
