package import FStore
package import FStoreText

/// The line of a dump that defines a feature.
package struct DumpDefinition {
    let definition: FeatureDefinition

    /// Reads the line that ``object(_:)`` has written, now or in version 0.1, whose member names differ.
    init(_ line: JSONValue, space: UInt32) throws(Rejection) {
        guard let name = try Self.text(line, "define") else {
            throw Rejection("the name must be a string", field: "define")
        }
        var definition = FeatureDefinition(name: name, space: space)
        let typeName = line["value_type"] == nil ? "type" : "value_type"
        if let text = try Self.text(line, typeName) {
            guard let type = ValueType(text) else {
                throw Rejection("\"\(text.excerpt)\" is not a value type", field: typeName)
            }
            definition.type = type
        }
        let retention = line["retention"] ?? line
        definition.ttl = try Self.duration(line, "ttl")
        definition.retention.maxAge = try Self.duration(retention, "max_age")
        switch retention["max_versions"] {
        case nil, .null: break
        case .number(let digits) where Int(digits) != nil: definition.retention.maxVersions = Int(digits)
        default: throw Rejection("must be a whole number", field: "max_versions")
        }
        switch retention["keep_latest"] {
        case nil, .null: break
        case .bool(let keeps): definition.retention.keepLatest = keeps
        default: throw Rejection("must be true or false", field: "keep_latest")
        }
        definition.description = try Self.text(line, "description") ?? ""
        definition.owner = try Self.text(line, "owner") ?? ""
        definition.source = try Self.text(line, "source") ?? ""
        if case .array(let tags) = line["tags"] {
            for tag in tags {
                guard case .string(let text) = tag else { throw Rejection("each tag must be a string", field: "tags") }
                definition.tags.append(text)
            }
        }
        self.definition = definition
    }

    private static func text(_ line: JSONValue, _ name: String) throws(Rejection) -> String? {
        switch line[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw Rejection("must be a string", field: name)
        }
    }

    private static func duration(_ line: JSONValue, _ name: String) throws(Rejection) -> Duration? {
        guard let text = try text(line, name) else { return nil }
        guard let duration = DurationText.duration(text) else {
            throw Rejection("\"\(text.excerpt)\" is not a duration such as 12h or 30d", field: name)
        }
        return duration
    }

    /// The line for a feature.
    package static func object(_ feature: Feature) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("define", feature.name)
        add(feature.definition, to: &object)
        return object
    }

    /// What its owner said about a feature, under the names of the HTTP API.
    package static func add(_ definition: FeatureDefinition, to object: inout JSONObjectText) {
        object.add("description", definition.description)
        object.add("owner", definition.owner)
        object.add("tags", definition.tags)
        object.add("source", definition.source)
        object.add("value_type", definition.type?.description)
        object.add("ttl", definition.ttl.map(DurationText.text))
        var retention = JSONObjectText()
        retention.add("max_age", definition.retention.maxAge.map(DurationText.text))
        if let maxVersions = definition.retention.maxVersions {
            retention.add("max_versions", maxVersions)
        } else {
            retention.add("max_versions", String?.none)
        }
        retention.add("keep_latest", definition.retention.keepLatest)
        object.add("retention", retention)
    }
}
