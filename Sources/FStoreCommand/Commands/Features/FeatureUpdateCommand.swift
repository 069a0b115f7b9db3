internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreServices

/// `fstore feature update`
struct FeatureUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a feature. What is not named stays as it is.",
        discussion: """
            Name, space and type cannot change. --tag replaces all old tags.
            """
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("Its name or UUID.", valueName: "feature"))
    var feature: String

    @OptionGroup var details: FeatureArguments

    @Flag(name: .customLong("no-ttl"), help: "Values never expire.")
    var withoutTTL = false

    @Flag(name: .customLong("no-retention"), help: "Keep all history.")
    var withoutRetention = false

    @Flag(name: .customLong("no-tags"), help: "Remove all tags.")
    var withoutTags = false

    func validate() throws {
        if withoutTTL, details.ttl != nil { throw ValidationError("--ttl and --no-ttl cannot be combined") }
        if withoutRetention, details.maxAge != nil || details.maxVersions != nil || details.keepLatest != nil {
            throw ValidationError("--no-retention cannot be combined with --max-age, --max-versions and --keep-latest")
        }
        if withoutTags, !details.tag.isEmpty { throw ValidationError("--tag and --no-tags cannot be combined") }
    }

    func run() throws {
        let opened = try store.open(.readWriteExisting)
        defer { opened.close() }
        let current = try space.find(in: store).feature(feature, in: opened)
        var update = FeatureUpdate()
        update.description = details.description
        update.owner = details.owner
        update.source = details.source
        if withoutTags || !details.tag.isEmpty { update.tags = details.tag }
        if withoutTTL { update.ttl = .some(nil) } else if let ttl = details.ttl { update.ttl = ttl }
        if withoutRetention {
            update.retention = .unlimited
        } else if details.maxAge != nil || details.maxVersions != nil || details.keepLatest != nil {
            let kept = current.definition.retention
            update.retention = Retention(
                maxAge: details.maxAge ?? kept.maxAge,
                maxVersions: details.maxVersions ?? kept.maxVersions,
                keepLatest: details.keepLatest ?? kept.keepLatest
            )
        }
        let trail = try CommandTrail(store, space: current.handle.space)
        let changed = try opened.update(current.handle, update)
        trail.note(
            .featureUpdate,
            "\(changed.id)",
            [("name", changed.name), ("changed", update.members.joined(separator: " "))]
        )
        let output = Output()
        FeatureText.write(changed, asJSON: store.json, to: output)
        try output.flush()
    }
}
