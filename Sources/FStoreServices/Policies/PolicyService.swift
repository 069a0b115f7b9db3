package import FStoreCatalog
package import FStoreIdentity

/// The settings that the programs of an organization's developers follow, and those of its teams.
package struct PolicyService: Sendable {
    private let catalog: Catalog

    package init(catalog: Catalog) {
        self.catalog = catalog
    }

    /// Why a policy is not changed.
    package enum Refusal: Error, Sendable {
        /// Only an organization enforces settings.
        case teamEnforces
    }

    /// The organization's policy, or that of one of its teams, which its members and administrators may see.
    package func policy(team: Int64?, for caller: Principal) async throws(CatalogError) -> Policy {
        try await catalog.policy(
            organization: caller.organizationID,
            team: team,
            member: caller.role < .admin ? caller.userID : nil
        )
    }

    /// Changes the organization's policy, or that of one of its teams, and returns it. What is not said stays.
    package func set(
        _ values: PolicyValues,
        enforced: [PolicySetting]?,
        team: Int64?,
        for caller: Principal
    ) async throws -> Policy {
        let organization = caller.organizationID
        guard let team else {
            return try await catalog.setPolicy(
                values,
                enforced: enforced,
                organization: organization,
                by: AuditActor(caller)
            )
        }
        if enforced != nil { throw Refusal.teamEnforces }
        return try await catalog.setPolicy(values, team: team, organization: organization, by: AuditActor(caller))
    }
}
