internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText

/// Features as JSON.
enum FeatureJSON {
    static func object(_ feature: Feature) -> JSONObjectText {
        let definition = feature.definition
        var object = JSONObjectText()
        object.add("id", feature.id.description)
        object.add("name", feature.name)
        object.add("description", definition.description)
        object.add("owner", definition.owner)
        object.add("created_at", feature.created)
        object.add("updated_at", feature.updated)
        object.add("tags", definition.tags)
        object.add("source", source(definition.source))
        object.add("value_type", definition.type?.description)
        object.add("ttl", definition.ttl.map(DurationText.text))
        var retention = JSONObjectText()
        retention.add("max_age", definition.retention.maxAge.map(DurationText.text))
        if let versions = definition.retention.maxVersions {
            retention.add("max_versions", versions)
        } else {
            retention.add("max_versions", nil as String?)
        }
        retention.add("keep_latest", definition.retention.keepLatest)
        object.add("retention", retention)
        return object
    }

    /// The same with what fills it.
    static func object(_ feature: Feature, _ status: MaterializationService.Status?, for role: Role) -> JSONObjectText {
        var object = object(feature)
        if let status { object.add("materialization", materialization(status, for: role)) }
        return object
    }

    static func materialization(_ status: MaterializationService.Status, for role: Role) -> JSONObjectText {
        func time(_ nanoseconds: Int64?) -> Timestamp? { nanoseconds.map { Timestamp(nanoseconds: $0) } }
        let found = status.materialization
        var object = JSONObjectText()
        object.add("status", status.binding.rawValue)
        // What a database says may tell where it lies.
        let isHidden = role == .viewer && status.binding == .failing
        object.add("reason", isHidden ? "the last run failed" : status.reason)
        object.add("source_id", status.sourceID)
        object.add("last_run", time(found?.lastRun))
        object.add("last_success", time(found?.lastSuccess))
        object.add("next_run", time(found?.nextRun))
        object.add("is_running", found?.isRunning ?? false)
        object.add("rows", found?.stored ?? 0)
        object.add("rejected", found?.rejected ?? 0)
        return object
    }

    /// A source that was given as an object is one again; a text of the command line stands under `type`.
    private static func source(_ text: String) -> FeatureValue? {
        if text.isEmpty { return nil }
        if text.hasPrefix("{"), (try? JSONValue(text.utf8)) != nil { return .json(text) }
        var object = JSONObjectText()
        object.add("type", text)
        return .json(String(decoding: object.bytes, as: UTF8.self))
    }

    /// The version of a feature, for `ETag` and `If-Match`.
    static func tag(_ feature: Feature) -> String {
        "\"" + String(feature.updated.nanoseconds, radix: 36) + "\""
    }
}
