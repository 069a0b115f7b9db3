/// A feature as the table `features` keeps it, beside what only the store knows.
struct FeatureRecord: Hashable, Sendable {
    var feature: Feature
    /// Deleted or erased: its cells wait to be reclaimed and are not reachable.
    var isDoomed = false
    /// See ``FeatureRule/ageFloor``.
    var ageFloor: Int64 = .min

    var number: UInt32 { feature.handle.number }

    var rule: FeatureRule {
        let definition = feature.definition
        return FeatureRule(
            space: feature.handle.space,
            ttl: definition.ttl?.clampedNanoseconds ?? 0,
            maxAge: definition.retention.maxAge?.clampedNanoseconds ?? 0,
            maxVersions: definition.retention.maxVersions ?? 0,
            ageFloor: ageFloor,
            keepsLatest: definition.retention.keepLatest,
            isLive: !isDoomed
        )
    }

    /// Whether a program that knows format 1 alone would treat the feature's values wrongly.
    var needsFormatTwo: Bool { feature.definition.retention.keepLatest }

    /// - Throws: ``WriteError/featureChanged(updated:)`` when it is not as the caller last saw it.
    func check(_ updated: Timestamp?) throws(WriteError) {
        if let updated, updated != feature.updated { throw .featureChanged(updated: feature.updated) }
    }
}
