/// Defining and finding features. Lookups by name and id, and listings, are answered from memory.
extension FeatureStore {
    /// Defines a feature, or returns it when it is defined like that already. A program may therefore call this at
    /// every start.
    ///
    /// - Parameters:
    ///   - definition: what the feature is. Without a type it is equal to an existing one of any type.
    ///   - mustBeNew: refuses an existing feature, also one with an equal definition.
    /// - Throws: ``WriteError/definitionDiffers(name:member:existing:given:)`` for an existing feature that is defined
    ///   differently, ``WriteError/duplicateName(_:)`` with `mustBeNew`, ``WriteError/invalidName(_:reason:)``,
    ///   ``WriteError/limit(_:)``.
    @discardableResult
    public func define(_ definition: FeatureDefinition, mustBeNew: Bool = false) throws(WriteError) -> Feature {
        let defined = try define([definition], mustBeNew: mustBeNew)
        guard let feature = defined.first else { preconditionFailure("one definition makes one feature") }
        return feature
    }

    /// Defines several features in one commit, all of them or none. Those that exist with an equal definition stay as
    /// they are.
    ///
    /// - Returns: the features in the order of `definitions`.
    /// - Throws: as ``define(_:mustBeNew:)-(FeatureDefinition,_)``; ``WriteError/duplicateName(_:)`` also for a name
    ///   that `definitions` has twice.
    @discardableResult
    public func define(_ definitions: [FeatureDefinition], mustBeNew: Bool = false) throws(WriteError) -> [Feature] {
        for definition in definitions { try FeatureCheck.check(definition) }
        return try performing { writer throws(WriteError) in
            try FeatureChange(writer).define(definitions, mustBeNew: mustBeNew)
        }
    }

    /// Changes a feature's description, tags, owner, source, ttl or retention.
    ///
    /// Loosening ``Retention/maxVersions``, or setting ``Retention/keepLatest``, first removes what the old limit had
    /// hidden, so that it does not come back;
    /// other writes wait meanwhile, about a second for a million entities.
    ///
    /// - Throws: ``WriteError/unknownFeature``, ``WriteError/limit(_:)``.
    @discardableResult
    public func update(_ feature: FeatureHandle, _ update: FeatureUpdate) throws(WriteError) -> Feature {
        try performing { writer throws(WriteError) in try FeatureChange(writer).update(feature, update) }
    }

    /// Deletes a feature. Its values are unreachable at once; their space is taken back in the background.
    ///
    /// - Throws: ``WriteError/unknownFeature``.
    public func delete(_ feature: FeatureHandle) throws(WriteError) {
        try performing { writer throws(WriteError) in try FeatureChange(writer).delete(feature) }
    }

    /// Defines a feature, or returns the existing one, and suspends until that is committed. The rest is as with the
    /// form that blocks.
    @discardableResult
    public func define(
        _ definition: FeatureDefinition,
        mustBeNew: Bool = false
    ) async throws(WriteError) -> Feature {
        try FeatureCheck.check(definition)
        let defined = try await performing { writer throws(WriteError) in
            try FeatureChange(writer).define([definition], mustBeNew: mustBeNew)
        }
        guard let feature = defined.first else { preconditionFailure("one definition makes one feature") }
        return feature
    }

    /// Changes a feature, and suspends until that is committed.
    ///
    /// - Parameters:
    ///   - feature: which one.
    ///   - update: what becomes of it.
    ///   - updated: its ``Feature/updated`` as the caller last saw it; `nil` changes it whatever it is.
    /// - Throws: ``WriteError/featureChanged(updated:)``, and as the form that blocks.
    @discardableResult
    public func update(
        _ feature: FeatureHandle,
        _ update: FeatureUpdate,
        expecting updated: Timestamp? = nil
    ) async throws(WriteError) -> Feature {
        try await performing { writer throws(WriteError) in
            try FeatureChange(writer).update(feature, update, expecting: updated)
        }
    }

    /// Deletes a feature, and suspends until that is committed.
    ///
    /// - Parameters:
    ///   - feature: which one.
    ///   - updated: its ``Feature/updated`` as the caller last saw it; `nil` deletes it whatever it is.
    /// - Throws: ``WriteError/featureChanged(updated:)``, and as the form that blocks.
    public func delete(_ feature: FeatureHandle, expecting updated: Timestamp? = nil) async throws(WriteError) {
        try await performing { writer throws(WriteError) in
            try FeatureChange(writer).delete(feature, expecting: updated)
        }
    }

    /// Erases all values of a feature and waits until they are gone, history and all. Its definition stays.
    ///
    /// - Returns: the feature with its new handle; the old handle is no longer known.
    /// - Throws: ``MaintenanceError/write(_:)``, with ``WriteError/unknownFeature`` say, when nothing was erased;
    ///   ``MaintenanceError/unfinished(_:)`` when the values are out of reach and not all are gone from the file yet.
    @discardableResult
    public func eraseValues(of feature: FeatureHandle) throws(MaintenanceError) -> Feature {
        let erased: Feature
        do throws(WriteError) {
            erased = try performing { writer throws(WriteError) in try FeatureChange(writer).erase(feature) }
        } catch {
            throw .write(error)
        }
        try reclaim()
        return erased
    }

    /// The feature with this identity, or `nil`.
    public func feature(id: FeatureID) throws(ReadError) -> Feature? {
        let registry = try currentRegistry()
        if let found = registry.feature(id: id) { return found }
        return try Self.absent(registry)
    }

    /// The feature with this name, compared byte for byte, or `nil`.
    public func feature(named name: String, space: UInt32 = 0) throws(ReadError) -> Feature? {
        let registry = try currentRegistry()
        if let found = registry.feature(named: name, space: space) { return found }
        return try Self.absent(registry)
    }

    /// A part of the features that `filter` lets through, in the order in which they were defined.
    ///
    /// - Parameters:
    ///   - filter: which features are wanted.
    ///   - offset: how many of them to pass over.
    ///   - limit: how many to give at most, within ``StoreLimits/pageAnswers``.
    ///   - newestFirst: turns the order round.
    public func features(
        _ filter: FeatureFilter = FeatureFilter(),
        offset: Int = 0,
        limit: Int = 1000,
        newestFirst: Bool = false
    ) throws(ReadError) -> FeaturePage {
        do throws(LimitError) {
            try LimitError.check(.pageAnswers, limit, in: StoreLimits.pageAnswers)
        } catch {
            throw .limit(error)
        }
        let registry = try currentRegistry()
        _ = try Self.absent(registry)
        return registry.page(filter, offset: max(0, offset), limit: limit, newestFirst: newestFirst)
    }

    /// Names of features of one space, `limit` of them at most, at a bounded cost whatever the size of the registry.
    package func featureNames(inSpace space: UInt32, limit: Int) throws(ReadError) -> [String] {
        try currentRegistry().names(inSpace: space, limit: limit)
    }

    /// The spaces that have a feature of this name, in the order of their numbers. Looks at every feature.
    package func spaces(withFeatureNamed name: String) throws(ReadError) -> [UInt32] {
        try currentRegistry().spaces(withFeatureNamed: name)
    }

    /// `nil`, unless a record that cannot be read might be the one that is asked for.
    private static func absent(_ registry: FeatureRegistry) throws(ReadError) -> Feature? {
        if let corruption = registry.damaged.values.first { throw .corrupted(corruption) }
        return nil
    }

    /// Looks for changes by other processes, then answers from memory.
    private func currentRegistry() throws(ReadError) -> FeatureRegistry {
        try read { snapshot throws(ReadError) in snapshot.registry }
    }
}
