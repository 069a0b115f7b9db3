package import FStore
package import FStoreCatalog
package import FStoreIdentity

/// Features that are filled from a source of their own (document 000).
package struct MaterializationService: Sendable {
    private let store: FeatureStore
    private let catalog: Catalog
    private let wake: Wake

    init(store: FeatureStore, catalog: Catalog, wake: Wake) {
        self.store = store
        self.catalog = catalog
        self.wake = wake
    }

    /// What fills a feature, and how that goes.
    package struct Status: Sendable {
        package enum Binding: String, Sendable {
            case bound, unbound, failing
        }

        package let binding: Binding
        /// Why it is not bound, or why the last run failed.
        package let reason: String?
        package let sourceID: String?
        package let materialization: Materialization?
    }

    /// What fills a feature; `nil` when its source says nothing to run.
    package func status(of feature: Feature, for caller: Principal) async throws(CatalogError) -> Status? {
        guard let origin = FeatureOrigin(feature.definition.source) else { return nil }
        let found = try await catalog.materialization(feature.id.description, organization: caller.organizationID)
        switch try await origin.bound(in: catalog, organization: caller.organizationID) {
        case .failure(let unbound):
            return Status(binding: .unbound, reason: unbound.reason, sourceID: nil, materialization: found)
        case .success(let source):
            let isFailing = (found?.failures ?? 0) > 0
            return Status(
                binding: isFailing ? .failing : .bound,
                reason: found?.error,
                sourceID: source.id,
                materialization: found
            )
        }
    }

    /// Fills a feature as its source says, from now on; one without such a source no longer.
    package func follow(_ feature: Feature, for caller: Principal) async throws(CatalogError) {
        try await follow(feature.id.description, feature.definition.source, organization: caller.organizationID)
    }

    /// A feature is gone.
    package func forget(_ feature: Feature, for caller: Principal) async throws(CatalogError) {
        try await catalog.endMaterialization(feature.id.description, organization: caller.organizationID)
    }

    private func follow(_ id: String, _ source: String, organization: Int64) async throws(CatalogError) {
        if FeatureOrigin(source) == nil { return try await catalog.endMaterialization(id, organization: organization) }
        try await catalog.materialize(id, from: source, organization: organization)
        wake.now()
    }

    /// Runs it now.
    ///
    /// - Throws: ``CatalogError/notFound`` when the feature's source says nothing to run.
    package func run(_ feature: Feature, for caller: Principal) async throws(CatalogError) {
        try await follow(feature, for: caller)
        try await catalog.askForMaterialization(feature.id.description, organization: caller.organizationID)
        wake.now()
    }

    /// Features may be defined and deleted by other programs, and a server may have ended between a feature and its
    /// entry in the catalog. Looks at all features, and brings the catalog up to them.
    var jobs: [Job] {
        [Job("features that sources fill", every: .seconds(60)) { try await compare() }]
    }

    private func compare() async throws {
        let organizations = try await catalog.organizations()
        var known = try await catalog.materializedFeatures()
        for organization in organizations where organization.deletionBegan == nil {
            var offset = 0
            while true {
                let filter = FeatureFilter(space: organization.space)
                let page = try store.features(filter, offset: offset, limit: 1000, newestFirst: false)
                for feature in page.features {
                    let (id, source) = (feature.id.description, feature.definition.source)
                    if known.removeValue(forKey: id)?.source == source { continue }
                    if FeatureOrigin(source) != nil { try await follow(id, source, organization: organization.id) }
                }
                offset += page.features.count
                if page.features.isEmpty || offset >= page.total { break }
            }
        }
        for (id, gone) in known {
            guard let uuid = FeatureID(id), try store.feature(id: uuid) == nil else { continue }
            try await catalog.endMaterialization(id, organization: gone.organizationID)
        }
    }
}
