package import FStore
package import FStoreCatalog
package import FStoreIdentity
internal import FStoreSecurity
internal import FStoreText

/// Where values come from: databases, files, services. Their secrets are sealed at rest and never given out.
package struct SourceService: Sendable {
    private let catalog: Catalog
    private let sealer: SecretSealer
    private let controls: RunControls

    init(catalog: Catalog, sealer: SecretSealer, controls: RunControls) {
        self.catalog = catalog
        self.sealer = sealer
        self.controls = controls
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

    /// Adds a source. Throws ``SourceConfiguration/Problem`` for members that its type does not have.
    package func create(
        name: String,
        kind: SourceKind,
        type: String,
        config: [JSONMember],
        enabled: Bool,
        validation: JSONValue? = nil,
        for caller: Principal
    ) async throws -> Source {
        let split = try SourceConfiguration(config, kind: kind)
        var source = NewSource(
            name: name,
            type: type,
            config: split.plainText,
            enabled: enabled,
            validation: Self.text(validation) ?? "{}"
        )
        source.sealedSecrets = seal(split.secrets, of: source.id)
        return try await catalog.createSource(source, organization: caller.organizationID, by: AuditActor(caller))
    }

    /// Changes a source. `config` is a merge patch: null removes a member, ``SourceConfiguration/mask`` keeps a secret.
    package func update(
        _ source: Source,
        name: String?,
        type: String?,
        config: [JSONMember]?,
        enabled: Bool?,
        validation: JSONValue? = nil,
        expectedVersion: Int64?,
        for caller: Principal
    ) async throws -> Source {
        var update = SourceUpdate(name: name, type: type, enabled: enabled, validation: Self.text(validation))
        var expected = expectedVersion
        let isOther = type.map { SourceKind(type: $0) != SourceKind(type: source.type) } ?? false
        if config != nil || isOther, let kind = SourceKind(type: type ?? source.type) {
            var stored: [JSONMember] = []
            if case .object(let members) = try? JSONValue(source.config.utf8) { stored = members }
            let secrets = source.sealedSecrets.map(\.name)
            let patch = try SourceConfiguration(config ?? [], kind: kind, over: (stored, secrets))
            if isOther { try patch.checkRest() }
            try patch.checkDestination()
            update.config = patch.mergedText
            update.sealedSecrets = seal(patch.secrets, of: source.id)
            update.removedSecrets = patch.removedSecrets
            // The patch was laid over what was read: what somebody else has written meanwhile must not be lost.
            expected = expected ?? source.version
        }
        return try await catalog.updateSource(
            source.id,
            organization: caller.organizationID,
            update: update,
            expectedVersion: expected,
            by: AuditActor(caller)
        )
    }

    /// Removes a source and its secrets.
    package func delete(_ id: String, expectedVersion: Int64?, for caller: Principal) async throws(CatalogError) {
        try await catalog.deleteSource(
            id,
            organization: caller.organizationID,
            expectedVersion: expectedVersion,
            by: AuditActor(caller)
        )
        controls.stop(source: id)
    }

    /// Seals what an earlier version has stored in clear: members that no type has and that may be secrets.
    ///
    /// - Returns: how many sources were changed.
    package func sealStored() async throws(CatalogError) -> Int {
        var changed = 0
        for source in try await catalog.allSources() {
            let sealed = source.sealedSecrets.map(\.name)
            guard let found = SourceConfiguration.sealing(source.config, type: source.type, sealed: sealed) else {
                continue
            }
            let secrets = seal(found.secrets, of: source.id)
            if try await catalog.sealSource(source, config: found.plain, secrets: secrets) { changed += 1 }
        }
        // Pages that are free now, and the write-ahead log, still have the clear text.
        if changed > 0 { try await catalog.compact() }
        return changed
    }

    /// What rows must be like, as the catalog keeps it; null is nothing.
    private static func text(_ validation: JSONValue?) -> String? {
        guard let validation else { return nil }
        if validation == .null { return "{}" }
        var bytes: [UInt8] = []
        JSONText.append(validation, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What a secret is sealed for: this source and this member, and nothing else.
    static func sealingContext(_ id: String, _ name: String) -> String { "source/\(id)/\(name)" }

    private func seal(_ secrets: [(name: String, text: String)], of id: String) -> [SealedSecret] {
        secrets.map { secret in
            let sealed = sealer.seal(Array(secret.text.utf8), context: Self.sealingContext(id, secret.name))
            return SealedSecret(name: secret.name, bytes: sealed)
        }
    }
}
