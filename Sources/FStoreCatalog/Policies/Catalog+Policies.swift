internal import GRDB

extension Catalog {
    /// The policy of an organization, or of one of its teams: the organization's with what the team has set for itself.
    ///
    /// - Parameter member: a user who must belong to the team to see its policy; `nil` for one who sees all.
    /// - Throws: ``CatalogError/notFound`` when there is no such team, or not for `member`.
    package func policy(
        organization: Int64,
        team: Int64? = nil,
        member: Int64? = nil
    ) async throws(CatalogError) -> Policy {
        try await read { database in
            if let team {
                let found = try Team.fetch(team, organization: organization, from: database)
                guard member == nil || found.members.contains(where: { $0.userID == member }) else {
                    throw CatalogError.notFound
                }
            }
            return try Policy.fetch(organization: organization, team: team, from: database)
        }
    }

    /// Changes the policy of an organization, and returns it. What `values` say nothing of stays as it is.
    ///
    /// - Parameter enforced: the settings to enforce from now on, all of them; `nil` leaves them as they are.
    package func setPolicy(
        _ values: PolicyValues,
        enforced: [PolicySetting]?,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> Policy {
        try await change(by: actor) { database, trail in
            let before = try Policy.fetch(organization: organization, team: nil, from: database)
            let ordered = enforced.map { named in PolicySetting.allCases.filter(named.contains) }
            let after = before.with(values, enforced: ordered)
            var changes = before.changes(to: after)
            if before.enforced != after.enforced {
                let names = [before, after].map { $0.enforced.map(\.rawValue).joined(separator: " ") }
                changes.append(("enforced_settings", "\(names[0]) -> \(names[1])"))
            }
            if changes.isEmpty { return before }
            try Policy.store(after.values, after.enforced, organization: organization, team: nil, in: database)
            try trail.note(.configurationUpdate, "organization", organization: organization, details: changes)
            return after
        }
    }

    /// Changes the policy of a team, and returns it. A value that is the organization's ends the team's own: from then
    /// on it follows the organization's.
    ///
    /// - Throws: ``CatalogError/settingEnforced(_:)`` for another value of a setting that the organization enforces;
    ///   ``CatalogError/notFound`` when there is no such team.
    package func setPolicy(
        _ values: PolicyValues,
        team: Int64,
        organization: Int64,
        by actor: AuditActor
    ) async throws(CatalogError) -> Policy {
        try await change(by: actor) { database, trail in
            _ = try Team.fetch(team, organization: organization, from: database)
            let common = try Policy.fetch(organization: organization, team: nil, from: database)
            func isCommon(_ setting: PolicySetting) -> Bool { values.text(setting) == common.values.text(setting) }
            for setting in common.enforced where values.text(setting) != nil && !isCommon(setting) {
                throw CatalogError.settingEnforced(setting.rawValue)
            }
            let before = try Policy.fetch(organization: organization, team: team, from: database)
            let owned = try PolicyValues.fetch(organization: organization, team: team, from: database)
            let own = values.over(owned).without(isCommon)
            if own == owned { return before }
            let after = common.of(team: team, own: own)
            try Policy.store(own, nil, organization: organization, team: team, in: database)
            let changes = before.changes(to: after)
            try trail.note(.configurationUpdate, "team \(team)", organization: organization, details: changes)
            return after
        }
    }
}

extension Policy {
    fileprivate static func fetch(organization: Int64, team: Int64?, from database: Database) throws -> Policy {
        let sql = "SELECT enforced FROM policies WHERE organization_id = ? AND team_id = 0"
        let enforced = try String.fetchOne(database, sql: sql, arguments: [organization])
        let values = try PolicyValues.fetch(organization: organization, team: nil, from: database)
        let names = enforced?.split(separator: " ").map(String.init)
        let common = standard.with(
            values,
            enforced: names.map { names in PolicySetting.allCases.filter { names.contains($0.rawValue) } }
        )
        guard let team else { return common }
        return common.of(
            team: team,
            own: try PolicyValues.fetch(organization: organization, team: team, from: database)
        )
    }

    fileprivate static func store(
        _ values: PolicyValues,
        _ enforced: [PolicySetting]?,
        organization: Int64,
        team: Int64?,
        in database: Database
    ) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO policies VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                organization, team ?? 0, values.minConfidenceThreshold, values.securityChecksRequired,
                values.autoSyncEnabled, enforced?.map(\.rawValue).joined(separator: " "),
            ]
        )
    }

    /// What another policy has otherwise, for the audit trail.
    fileprivate func changes(to other: Policy) -> [(name: String, value: String)] {
        PolicySetting.allCases.compactMap { setting in
            guard let old = values.text(setting), let new = other.values.text(setting), old != new else { return nil }
            return (setting.rawValue, "\(old) -> \(new)")
        }
    }
}

extension PolicyValues {
    /// What the organization, or the team, has set for itself.
    fileprivate static func fetch(organization: Int64, team: Int64?, from database: Database) throws -> PolicyValues {
        let sql = "SELECT * FROM policies WHERE organization_id = ? AND team_id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [organization, team ?? 0]) else {
            return PolicyValues()
        }
        return PolicyValues(
            minConfidenceThreshold: row["min_confidence_threshold"],
            securityChecksRequired: row["security_checks_required"],
            autoSyncEnabled: row["auto_sync_enabled"]
        )
    }
}
