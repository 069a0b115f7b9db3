internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText

/// Sources as JSON: the members of documents 000 and 001 together, without secrets.
enum SourceJSON {
    /// A row of the list.
    static func row(_ source: Source) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("id", source.id)
        object.add("name", source.name)
        object.add("type", source.type)
        object.add("enabled", source.enabled)
        object.add("status", status(source))
        object.add("last_sync", source.state.lastSync.map { Timestamp(nanoseconds: $0) })
        object.add("created_at", Timestamp(nanoseconds: source.created))
        object.add("updated_at", Timestamp(nanoseconds: source.updated))
        object.add("secure_fields", secureFields(source))
        return object
    }

    /// All of it that `role` may see: viewers do not learn where a source lies.
    static func object(_ source: Source, for role: Role) -> JSONObjectText {
        var object = row(source)
        if role > .viewer { object.add("config", .json(source.config) as FeatureValue) }
        object.add("validation", .json(source.validation) as FeatureValue)
        var stats = JSONObjectText()
        stats.add("total_records", source.state.stored + source.state.rejected)
        stats.add("successful", source.state.stored)
        stats.add("failed", source.state.rejected)
        stats.add("last_error", role > .viewer ? source.state.lastError : source.state.lastError.map { _ in "failed" })
        object.add("sync_stats", stats)
        return object
    }

    private static func status(_ source: Source) -> String {
        if source.state.isBusy { return "running" }
        if !source.enabled { return "disabled" }
        return source.state.failures > 0 ? "failing" : "active"
    }

    private static func secureFields(_ source: Source) -> JSONObjectText {
        var object = JSONObjectText()
        for secret in source.sealedSecrets.sorted(by: { $0.name < $1.name }) { object.add(secret.name, true) }
        return object
    }

    /// The version, for `ETag` and `If-Match`.
    static func tag(_ source: Source) -> String { "\"\(source.version)\"" }
}
