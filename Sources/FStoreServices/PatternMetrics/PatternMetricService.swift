package import FStore
package import FStoreCatalog
package import FStoreIdentity

/// What developers report of patterns, and how much time that has saved.
package struct PatternMetricService: Sendable {
    private let catalog: Catalog

    package init(catalog: Catalog) {
        self.catalog = catalog
    }

    /// Stores what the caller reports, and returns its number.
    package func add(_ metric: NewPatternMetric, for caller: Principal) async throws(CatalogError) -> Int64 {
        try await catalog.addPatternMetric(metric, organization: caller.organizationID, user: caller.userID)
    }

    /// What the organization reported from `since` on and before `until`, added up.
    package func summary(
        since: Timestamp,
        until: Timestamp,
        for caller: Principal
    ) async throws(CatalogError) -> PatternMetricSummary {
        try await catalog.patternMetricSummary(
            organization: caller.organizationID,
            since: since.nanoseconds,
            until: until.nanoseconds
        )
    }
}
