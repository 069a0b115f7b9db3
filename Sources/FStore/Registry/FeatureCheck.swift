/// The rules for what people say about a feature.
enum FeatureCheck {
    static func check(_ definition: FeatureDefinition) throws(WriteError) {
        try checkName(definition.name)
        try checkAllButName(definition)
    }

    /// For a definition whose name was given earlier, when other rules may have held.
    static func checkAllButName(_ definition: FeatureDefinition) throws(WriteError) {
        do throws(LimitError) {
            try checkTexts(definition)
            if case .vector(let dimension) = definition.type {
                try LimitError.check(.vectorDimension, dimension, in: StoreLimits.vectorDimension)
            }
            try checkDuration(.ttl, definition.ttl)
            try checkDuration(.maxAge, definition.retention.maxAge)
            if let versions = definition.retention.maxVersions {
                try LimitError.check(.maxVersions, versions, in: StoreLimits.maxVersions)
            }
        } catch {
            throw .limit(error)
        }
    }

    private static func checkName(_ name: String) throws(WriteError) {
        do throws(LimitError) {
            try LimitError.check(.featureNameBytes, name.utf8.count, in: StoreLimits.featureNameBytes)
        } catch {
            throw .limit(error)
        }
        if HiddenCharacters.areIn(name) {
            throw .invalidName(name, reason: "it has a control character, or one that changes the direction of text")
        }
        if FeatureID(name) != nil {
            throw .invalidName(name, reason: "it looks like a UUID, which is the form of a feature's id")
        }
    }

    private static func checkTexts(_ definition: FeatureDefinition) throws(LimitError) {
        try LimitError.check(.descriptionBytes, definition.description.utf8.count, in: StoreLimits.descriptionBytes)
        try LimitError.check(.ownerBytes, definition.owner.utf8.count, in: StoreLimits.ownerBytes)
        try LimitError.check(.sourceBytes, definition.source.utf8.count, in: StoreLimits.sourceBytes)
        try LimitError.check(.tags, definition.tags.count, in: StoreLimits.tags)
        for tag in definition.tags { try LimitError.check(.tagBytes, tag.utf8.count, in: StoreLimits.tagBytes) }
    }

    /// A duration that is stored must be at least a nanosecond and fit 64 bits of them.
    private static func checkDuration(_ limit: Limit, _ duration: Duration?) throws(LimitError) {
        guard let duration else { return }
        let nanoseconds = duration.clampedNanoseconds
        if nanoseconds < 1 || nanoseconds == .max {
            throw LimitError(limit, allowed: 1...Int.max - 1, given: Int(nanoseconds))
        }
    }
}
