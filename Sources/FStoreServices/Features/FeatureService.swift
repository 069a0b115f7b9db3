package import FStore
package import FStoreIdentity

/// Features of one organization. Definitions live in the engine, in the organization's space.
package struct FeatureService: Sendable {
    private let store: FeatureStore

    package init(store: FeatureStore) {
        self.store = store
    }

    /// The feature that `reference` names: its UUID, or its name. `nil` when the organization has none.
    package func feature(_ reference: String, for caller: Principal) throws(ReadError) -> Feature? {
        if let id = FeatureID(reference) {
            return try store.feature(id: id).flatMap { $0.handle.space == caller.space ? $0 : nil }
        }
        return try store.feature(named: reference, space: caller.space)
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
        return try await store.define(definition)
    }

    /// Changes a feature.
    package func update(
        _ feature: Feature,
        _ update: FeatureUpdate,
        expecting updated: Timestamp?,
        for caller: Principal
    ) async throws(WriteError) -> Feature {
        try await store.update(feature.handle, update, expecting: updated)
    }

    /// Deletes a feature with all its values.
    package func delete(_ feature: Feature, expecting updated: Timestamp?, for caller: Principal)
        async throws(WriteError)
    {
        try await store.delete(feature.handle, expecting: updated)
    }
}
