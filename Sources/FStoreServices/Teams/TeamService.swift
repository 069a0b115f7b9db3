package import FStoreCatalog
package import FStoreIdentity

/// Teams: some users of an organization, who may have settings of their own.
package struct TeamService: Sendable {
    private let catalog: Catalog

    package init(catalog: Catalog) {
        self.catalog = catalog
    }

    /// A page of the organization's teams with their members, the oldest first.
    package func page(offset: Int, limit: Int, for caller: Principal) async throws(CatalogError) -> CatalogPage<Team> {
        try await catalog.teams(organization: caller.organizationID, offset: offset, limit: limit)
    }

    /// Makes a team without members.
    package func create(name: String, for caller: Principal) async throws(CatalogError) -> Team {
        try await catalog.createTeam(name: name, organization: caller.organizationID, by: AuditActor(caller))
    }

    /// Removes a team and its policy.
    package func delete(_ id: Int64, for caller: Principal) async throws(CatalogError) {
        try await catalog.deleteTeam(id, organization: caller.organizationID, by: AuditActor(caller))
    }

    /// Adds a user, named by number or by `usr_…`, to a team.
    package func add(_ user: String, to id: Int64, for caller: Principal) async throws(CatalogError) -> Team {
        try await catalog.addTeamMember(
            user,
            to: id,
            organization: caller.organizationID,
            by: AuditActor(caller)
        )
    }

    /// Takes a user, named by number or by `usr_…`, out of a team.
    package func remove(_ user: String, from id: Int64, for caller: Principal) async throws(CatalogError) {
        try await catalog.removeTeamMember(
            user,
            from: id,
            organization: caller.organizationID,
            by: AuditActor(caller)
        )
    }
}
