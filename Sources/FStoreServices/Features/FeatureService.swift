package import FStore
package import FStoreIdentity
internal import FStoreCatalog
internal import FStoreText

/// Features of one organization. Definitions live in the engine, in the organization's space.
package struct FeatureService: Sendable {
    private let store: FeatureStore
    private let audit: AuditService

    package init(store: FeatureStore, audit: AuditService) {
        self.store = store
        self.audit = audit
    }

    /// The feature that `reference` names: its UUID, or its name. `nil` when the organization has none.
    package func feature(_ reference: String, for caller: Principal) throws(ReadError) -> Feature? {
        if let id = FeatureID(reference) {
            return try store.feature(id: id).flatMap { $0.handle.space == caller.space ? $0 : nil }
        }
        return try store.feature(named: reference, space: caller.space)
    }

    /// `; did you mean "wind"?` for a reference that names no feature of the organization, or nothing.
    package func suggestion(for reference: String, for caller: Principal) throws(ReadError) -> String {
        if FeatureID(reference) != nil { return "" }
        let meant = try store.featureName(near: reference, space: caller.space)
        return meant.map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// A page of the organization's features, the newest first.
    package func page(
        tags: [String],
        owner: String?,
        namePrefix: String?,
        offset: Int,
        limit: Int,
        for caller: Principal
    ) throws(ReadError) -> FeaturePage {
        let filter = FeatureFilter(space: caller.space, tags: tags, owner: owner, namePrefix: namePrefix)
        return try store.features(filter, offset: offset, limit: limit, newestFirst: true)
    }

    /// Defines a feature in the organization's space, whatever space `definition` names.
    package func define(
        _ definition: FeatureDefinition,
        for caller: Principal
    ) async throws(WriteError) -> Feature {
        var definition = definition
        definition.space = caller.space
        let feature = try await store.define(definition, mustBeNew: true)
        await audit.note(.featureCreate, "\(feature.id)", details: [("name", feature.name)], for: caller)
        return feature
    }

    /// Changes a feature.
    package func update(
        _ feature: Feature,
        _ update: FeatureUpdate,
        expecting updated: Timestamp?,
        for caller: Principal
    ) async throws(WriteError) -> Feature {
        let changed = try await store.update(feature.handle, update, expecting: updated)
        let details = [("name", feature.name), ("changed", update.members.joined(separator: " "))]
        await audit.note(.featureUpdate, "\(feature.id)", details: details, for: caller)
        return changed
    }

    /// Deletes a feature with all its values.
    package func delete(_ feature: Feature, expecting updated: Timestamp?, for caller: Principal)
        async throws(WriteError)
    {
        try await store.delete(feature.handle, expecting: updated)
        await audit.note(.featureDelete, "\(feature.id)", details: [("name", feature.name)], for: caller)
    }
}

extension FeatureUpdate {
    /// The names of what changes.
    package var members: [String] {
        let all = [
            ("description", description != nil), ("owner", owner != nil), ("tags", tags != nil),
            ("source", source != nil), ("ttl", ttl != nil), ("retention", retention != nil),
        ]
        return all.filter(\.1).map(\.0)
    }
}
