internal import FStore
internal import FStoreText

/// The line of a dump that defines a feature.
struct DumpDefinition {
    let definition: FeatureDefinition

    /// Reads the line that ``object(_:)`` has written.
    init(_ line: JSONValue, space: UInt32) throws(Rejection) {
        guard case .string(let name) = line["define"] else { throw Rejection("the name of a feature is no text") }
        var definition = FeatureDefinition(name: name, space: space)
        if case .string(let text) = line["type"] {
            guard let type = ValueType(text) else { throw Rejection("\"\(text)\" is not a type") }
            definition.type = type
        }
        definition.ttl = try Self.duration(line, "ttl")
        definition.retention.maxAge = try Self.duration(line, "max_age")
        if case .number(let text) = line["max_versions"] { definition.retention.maxVersions = Int(text) }
        if case .string(let text) = line["description"] { definition.description = text }
        if case .string(let text) = line["owner"] { definition.owner = text }
        if case .string(let text) = line["source"] { definition.source = text }
        if case .array(let tags) = line["tags"] {
            definition.tags = tags.compactMap { tag in
                guard case .string(let text) = tag else { return nil }
                return text
            }
        }
        self.definition = definition
    }

    private static func duration(_ line: JSONValue, _ name: String) throws(Rejection) -> Duration? {
        guard case .string(let text) = line[name] else { return nil }
        guard let duration = DurationText.duration(text) else { throw Rejection("\"\(text)\" is not a duration") }
        return duration
    }

    /// The line for a feature.
    static func object(_ feature: Feature) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("define", feature.name)
        FeatureText.addDefinition(feature, to: &object)
        return object
    }
}
