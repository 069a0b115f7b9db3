internal import GRDB

extension Catalog {
    /// Stores a new source. Throws ``CatalogError/nameTaken(_:)`` when the organization has one of that name.
    package func createSource(
        _ source: NewSource,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> Source {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let sql = "SELECT EXISTS (SELECT * FROM organizations WHERE id = ?)"
            guard try Bool.fetchOne(database, sql: sql, arguments: [organization]) == true else {
                throw CatalogError.notFound
            }
            try Source.require(source.name, freeFor: nil, organization: organization, in: database)
            try database.execute(
                sql: """
                    INSERT INTO sources
                        (id, organization_id, name, type, config, enabled, validation, created, updated, version)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
                    """,
                arguments: [
                    source.id, organization, source.name, source.type, source.config, source.enabled,
                    source.validation, now, now,
                ]
            )
            try Source.store(source.sealedSecrets, of: source.id, in: database)
            try trail.note(
                .sourceCreate,
                source.id,
                organization: organization,
                details: [("name", source.name), ("type", source.type)]
            )
            return try Source.fetch(source.id, organization: organization, from: database)
        }
    }

    /// A page of the sources of an organization, newest first.
    ///
    /// - Parameter type: only those of this kind, or `nil` for all.
    package func sources(
        organization: Int64,
        type: String? = nil,
        offset: Int,
        limit: Int
    ) async throws(CatalogError) -> CatalogPage<Source> {
        try await read { database in
            let chosen = "FROM sources WHERE organization_id = ?1 AND (?2 IS NULL OR type = ?2)"
            let sql = "SELECT * \(chosen) ORDER BY created DESC, id DESC LIMIT ?3 OFFSET ?4"
            let arguments: StatementArguments = [organization, type, max(0, limit), max(0, offset)]
            return CatalogPage(
                items: try Row.fetchAll(database, sql: sql, arguments: arguments)
                    .map { try Source($0, in: database) },
                total: try Int.fetchOne(database, sql: "SELECT count(*) \(chosen)", arguments: [organization, type])
                    ?? 0
            )
        }
    }

    /// The names of all sources that have sealed secrets, of every organization.
    package func sourcesWithSecrets() async throws(CatalogError) -> [String] {
        try await read { database in
            let sql = "SELECT name FROM sources WHERE id IN (SELECT source_id FROM source_secrets) ORDER BY name"
            return try String.fetchAll(database, sql: sql)
        }
    }

    /// One source of an organization.
    package func source(_ id: String, organization: Int64) async throws(CatalogError) -> Source {
        try await read { try Source.fetch(id, organization: organization, from: $0) }
    }

    /// The source of an organization that an id or a name means.
    package func source(named reference: String, organization: Int64) async throws(CatalogError) -> Source {
        try await read { database in
            let id = try Source.id(of: reference, organization: organization, in: database)
            return try Source.fetch(id, organization: organization, from: database)
        }
    }

    /// Changes a source, and returns it as it is then.
    ///
    /// - Parameter expectedVersion: the version that the caller has seen; ``CatalogError/versionMismatch`` when it is
    ///   another one by now. `nil` changes whatever is there.
    package func updateSource(
        _ id: String,
        organization: Int64,
        update: SourceUpdate,
        expectedVersion: Int64? = nil,
        by actor: AuditActor
    ) async throws(CatalogError) -> Source {
        let now = clock.now()
        return try await change(by: actor) { database, trail in
            let old = try Source.fetch(id, organization: organization, from: database)
            try old.require(expectedVersion)
            let name = update.name ?? old.name
            try Source.require(name, freeFor: id, organization: organization, in: database)
            try database.execute(
                sql: """
                    UPDATE sources SET name = ?, type = ?, config = ?, enabled = ?, validation = ?, updated = ?,
                        version = version + 1
                    WHERE organization_id = ? AND id = ?
                    """,
                arguments: [
                    name, update.type ?? old.type, update.config ?? old.config, update.enabled ?? old.enabled,
                    update.validation ?? old.validation, now,
                    organization, id,
                ]
            )
            for secret in update.removedSecrets {
                let sql = "DELETE FROM source_secrets WHERE source_id = ? AND name = ?"
                try database.execute(sql: sql, arguments: [id, secret])
            }
            try Source.store(update.sealedSecrets, of: id, in: database)
            try trail.note(
                .sourceUpdate,
                id,
                organization: organization,
                details: [("name", name), ("changed", update.members.joined(separator: " "))]
            )
            return try Source.fetch(id, organization: organization, from: database)
        }
    }

    /// Removes a source and its secrets.
    ///
    /// - Parameter expectedVersion: as in ``updateSource(_:organization:update:expectedVersion:by:)``.
    package func deleteSource(
        _ id: String,
        organization: Int64,
        expectedVersion: Int64? = nil,
        by actor: AuditActor
    ) async throws(CatalogError) {
        let now = clock.now()
        try await change(by: actor) { database, trail in
            let source = try Source.fetch(id, organization: organization, from: database)
            try source.require(expectedVersion)
            let jobs = try String.fetchAll(
                database,
                sql: "SELECT job_id FROM ingestion_runs WHERE source_id = ? AND state IN ('waiting', 'running')",
                arguments: [id]
            )
            let sql = "DELETE FROM sources WHERE organization_id = ? AND id = ?"
            try database.execute(sql: sql, arguments: [organization, id])
            for job in jobs { try IngestionJob.settle(job, at: now, in: database) }
            try trail.note(.sourceDelete, id, organization: organization, details: [("name", source.name)])
        }
    }
}

extension SourceUpdate {
    /// What of the source changes: names of members and of secrets, never what they hold.
    fileprivate var members: [String] {
        var members: [String] = []
        if name != nil { members.append("name") }
        if type != nil { members.append("type") }
        if config != nil { members.append("config") }
        if enabled != nil { members.append("enabled") }
        if validation != nil { members.append("validation") }
        return members + (sealedSecrets.map(\.name) + removedSecrets).sorted().map { "secret:" + $0 }
    }
}

extension Source {
    /// Throws when the caller has seen another version than this.
    fileprivate func require(_ expectedVersion: Int64?) throws {
        guard expectedVersion == nil || expectedVersion == version else { throw CatalogError.versionMismatch }
    }
}
