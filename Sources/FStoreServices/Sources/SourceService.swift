package import FStore
package import FStoreCatalog
package import FStoreIdentity
package import FStoreSecurity
internal import FStoreText

/// Where values come from: databases, files, services. Their secrets are sealed at rest and never given out.
package struct SourceService: Sendable {
    private let catalog: Catalog
    private let sealer: SecretSealer

    package init(catalog: Catalog, sealer: SecretSealer) {
        self.catalog = catalog
        self.sealer = sealer
    }

    /// A page of the organization's sources, the newest first.
    package func page(
        type: String?,
        offset: Int,
        limit: Int,
        for caller: Principal
    ) async throws(CatalogError) -> CatalogPage<Source> {
        try await catalog.sources(organization: caller.organizationID, type: type, offset: offset, limit: limit)
    }

    /// One source of the organization.
    package func source(_ id: String, for caller: Principal) async throws(CatalogError) -> Source {
        try await catalog.source(id, organization: caller.organizationID)
    }

    /// Adds a source.
    package func create(
        name: String,
        type: String,
        config: [JSONMember],
        enabled: Bool,
        for caller: Principal
    ) async throws(CatalogError) -> Source {
        let split = SourceConfiguration(config)
        var source = NewSource(name: name, type: type, config: split.plainText, enabled: enabled)
        source.sealedSecrets = seal(split.secrets, of: source.id)
        return try await catalog.createSource(source, organization: caller.organizationID)
    }

    /// Changes a source. `config` is a merge patch: null removes a member, ``SourceConfiguration/unchanged`` keeps a
    /// secret.
    package func update(
        _ source: Source,
        name: String?,
        type: String?,
        config: [JSONMember]?,
        enabled: Bool?,
        expectedVersion: Int64?,
        for caller: Principal
    ) async throws(CatalogError) -> Source {
        var update = SourceUpdate(name: name, type: type, enabled: enabled)
        var expected = expectedVersion
        if let config {
            let patch = SourceConfiguration(config)
            update.config = patch.merged(over: source.config)
            update.sealedSecrets = seal(patch.secrets, of: source.id)
            update.removedSecrets = patch.removed
            // The patch was laid over what was read: what somebody else has written meanwhile must not be lost.
            expected = expected ?? source.version
        }
        return try await catalog.updateSource(
            source.id,
            organization: caller.organizationID,
            update: update,
            expectedVersion: expected
        )
    }

    /// Removes a source and its secrets.
    package func delete(_ id: String, expectedVersion: Int64?, for caller: Principal) async throws(CatalogError) {
        try await catalog.deleteSource(id, organization: caller.organizationID, expectedVersion: expectedVersion)
    }

    private func seal(_ secrets: [(name: String, text: String)], of id: String) -> [SealedSecret] {
        secrets.map { secret in
            let sealed = sealer.seal(Array(secret.text.utf8), context: "source/\(id)/\(secret.name)")
            return SealedSecret(name: secret.name, bytes: sealed)
        }
    }
}
