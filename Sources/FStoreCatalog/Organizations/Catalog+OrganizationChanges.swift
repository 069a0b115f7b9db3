internal import GRDB

extension Catalog {
    /// Changes an organization, and returns it as it is then. A disabled one's keys and sessions open nothing.
    ///
    /// - Throws: ``CatalogError/nameTaken(_:)``; ``CatalogError/organizationDeleted``;
    ///   ``CatalogError/firstOrganization`` and ``CatalogError/lastOperator`` when nobody could run the server then.
    package func updateOrganization(
        _ id: Int64,
        update: OrganizationUpdate,
        by actor: AuditActor
    ) async throws(CatalogError) -> Organization {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let old = try Organization.open(id, in: database)
            let name = update.name ?? old.name
            if name != old.name { try Organization.checkName(name, isFreeIn: database) }
            var quotas = old.quotas
            if let bytes = update.maxStoredBytes { quotas.maxStoredBytes = bytes }
            if let writes = update.maxWritesPerSecond { quotas.maxWritesPerSecond = writes }
            let isDisabled = update.isDisabled ?? (old.disabled != nil)
            if isDisabled, old.disabled == nil, old.isFirst { throw CatalogError.firstOrganization }
            try database.execute(
                sql: """
                    UPDATE organizations SET name = ?, tier = ?, max_stored_bytes = ?, max_writes_per_second = ?,
                        disabled = ? WHERE id = ?
                    """,
                arguments: [
                    name, (update.tier ?? old.tier).rawValue, quotas.maxStoredBytes, quotas.maxWritesPerSecond,
                    isDisabled ? old.disabled ?? now : nil, id,
                ]
            )
            if isDisabled { try old.requireOperatorElsewhere(in: database) }
            let organization = try Organization.fetch(id, from: database)
            let details = organization.differences(from: old)
            if !details.isEmpty {
                try trail.note(.organizationUpdate, String(id), organization: id, details: details)
            }
            return organization
        }
    }

    /// Begins the deletion of an organization: its keys and sessions end, what is personal of its users goes, and its
    /// name is free again. Its values are removed afterwards. One whose deletion has begun stays as it is.
    ///
    /// - Throws: ``CatalogError/firstOrganization``; ``CatalogError/lastOperator``.
    package func beginDeletion(ofOrganization id: Int64, by actor: AuditActor) async throws(CatalogError)
        -> Organization
    {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let old = try Organization.fetch(id, from: database)
            if old.deletionBegan != nil { return old }
            if old.isFirst { throw CatalogError.firstOrganization }
            try database.execute(
                sql: "UPDATE organizations SET deletion_began = ?, name = ? WHERE id = ?",
                arguments: [now, "\(Organization.deletedPrefix)\(id)", id]
            )
            try old.requireOperatorElsewhere(in: database)
            try User.remove("organization_id = ?", [id], at: now, in: database)
            try trail.note(.organizationDelete, String(id), organization: id, details: [("name", old.name)])
            return try Organization.fetch(id, from: database)
        }
    }

    /// Organizations whose deletion has begun and not ended.
    package func organizationsBeingDeleted() async throws(CatalogError) -> [Organization] {
        try await read { database in
            let sql = "SELECT * FROM organizations WHERE deletion_began IS NOT NULL AND deletion_ended IS NULL"
            return try Row.fetchAll(database, sql: sql).map(Organization.init)
        }
    }

    /// Removes rows of an organization that is being deleted, from all tables but that of users and the audit trail.
    ///
    /// - Parameter limit: how many rows go from one table, where it can be told.
    /// - Returns: whether nothing is left.
    package func removeRows(ofDeletedOrganization id: Int64, limit: Int) async throws(CatalogError) -> Bool {
        try await write { database in
            guard try Organization.fetch(id, from: database).deletionBegan != nil else { throw CatalogError.notFound }
            var removed = 0
            // Whatever a later version adds goes too.
            let sql = """
                SELECT name, sql LIKE '%WITHOUT ROWID%' AS is_whole FROM sqlite_schema AS tables
                WHERE type = 'table' AND name NOT IN ('users', 'audit') AND EXISTS
                    (SELECT * FROM pragma_table_info(tables.name) WHERE name = 'organization_id')
                """
            try database.execute(sql: "PRAGMA defer_foreign_keys = ON")
            for row in try Row.fetchAll(database, sql: sql) {
                let table: String = row["name"]
                let chosen = "FROM \(table) WHERE organization_id = \(id)"
                let isWhole: Bool = row["is_whole"]
                try database.execute(
                    sql: isWhole
                        ? "DELETE \(chosen)"
                        : "DELETE FROM \(table) WHERE rowid IN (SELECT rowid \(chosen) LIMIT \(limit))"
                )
                removed += database.changesCount
            }
            return removed == 0
        }
    }

    /// Notes that nothing of a deleted organization is left.
    package func endDeletion(ofOrganization id: Int64, by actor: AuditActor) async throws(CatalogError) {
        let now = clock.now()
        try await change(by: actor) { database, trail in
            let sql = """
                UPDATE organizations SET deletion_ended = ?
                WHERE id = ? AND deletion_began IS NOT NULL AND deletion_ended IS NULL
                """
            try database.execute(sql: sql, arguments: [now, id])
            if database.changesCount > 0 { try trail.note(.organizationErase, String(id), organization: id) }
        }
    }

    /// Writes down how much an organization has stored.
    package func noteStoredBytes(_ bytes: Int64, ofOrganization id: Int64) async throws(CatalogError) {
        let now = clock.now()
        try await write { database in
            let sql = "UPDATE organizations SET stored_bytes = ?, stored_bytes_time = ? WHERE id = ?"
            try database.execute(sql: sql, arguments: [bytes, now, id])
        }
    }
}

extension Organization {
    /// Whether it was made when the server first started.
    fileprivate var isFirst: Bool { id == 1 }

    /// Throws when this organization has the server's only operators.
    fileprivate func requireOperatorElsewhere(in database: Database) throws {
        let sql = "SELECT EXISTS (SELECT * FROM users WHERE organization_id = ? AND role = 'operator')"
        if try Bool.fetchOne(database, sql: sql, arguments: [id]) == true { try User.requireOperator(in: database) }
    }

    /// What the audit trail tells of a change.
    fileprivate func differences(from old: Organization) -> [(name: String, value: String)] {
        func text(_ number: Int64?) -> String { number.map(String.init) ?? "none" }
        let members = [
            ("name", old.name, name), ("tier", old.tier.rawValue, tier.rawValue),
            ("max_stored_bytes", text(old.quotas.maxStoredBytes), text(quotas.maxStoredBytes)),
            ("max_writes_per_second", text(old.quotas.maxWritesPerSecond), text(quotas.maxWritesPerSecond)),
            ("disabled", String(old.disabled != nil), String(disabled != nil)),
        ]
        return members.filter { $0.1 != $0.2 }.map { (name: $0.0, value: $0.2) }
    }
}
