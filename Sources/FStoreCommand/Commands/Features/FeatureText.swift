internal import FStore
internal import FStoreConnectors
internal import FStoreText

/// Features as they are shown.
enum FeatureText {
    /// Everything about a feature, for machines, under the names of the HTTP API.
    static func object(_ feature: Feature) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", feature.id.description)
        object.add("name", feature.name)
        object.add("space", feature.definition.space)
        DumpDefinition.add(feature.definition, to: &object)
        object.add("created_at", feature.created)
        object.add("updated_at", feature.updated)
        return object
    }

    /// Everything about a feature, for people.
    static func table(_ feature: Feature) -> TableText {
        let definition = feature.definition
        var table = TableText("field", "value")
        table.add("name", feature.name)
        table.add("id", feature.id.description)
        table.add("space", definition.space.description)
        table.add("type", definition.type?.description ?? "(open)")
        table.add("ttl", definition.ttl.map(DurationText.text) ?? "none")
        table.add("max age", definition.retention.maxAge.map(DurationText.text) ?? "unlimited")
        table.add("max versions", definition.retention.maxVersions?.description ?? "unlimited")
        if definition.retention.keepLatest { table.add("keep latest", "yes") }
        table.add("description", definition.description)
        table.add("owner", definition.owner)
        table.add("tags", definition.tags.joined(separator: ", "))
        table.add("source", definition.source)
        table.add("created", feature.created.description)
        table.add("updated", feature.updated.description)
        return table
    }

    /// Shows a feature in either form.
    static func write(_ feature: Feature, asJSON: Bool, to output: Output) {
        if asJSON {
            output.line(object(feature))
        } else {
            var table = table(feature)
            table.write(to: output, withHeader: false)
        }
    }
}
