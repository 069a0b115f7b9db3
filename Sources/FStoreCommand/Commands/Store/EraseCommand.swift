internal import ArgumentParser
internal import FStore
internal import FStoreCatalog
internal import FStoreText

/// `fstore erase`
struct EraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Remove an entity, or all values of a feature, from the disk, with all history.",
        discussion: """
            Asks first on a terminal; elsewhere --yes is needed. The definition of the feature stays.
            """
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Option(help: "The entity to erase, in all features of the organization.")
    var entity: String?

    @Option(help: "The feature to erase, by name or UUID.")
    var feature: String?

    @Flag(help: "Do not ask.")
    var yes = false

    func validate() throws {
        if (entity == nil) == (feature == nil) { throw ValidationError("give either --entity or --feature") }
    }

    func run() throws {
        let opened = try store.open(.readWriteExisting)
        defer { opened.close() }
        let place = try space.find(in: store)
        let output = Output()
        var object = JSONObjectText()
        if let feature {
            let known = try place.feature(feature, in: opened)
            try Confirmation.require(yes, "all values of the feature \"\(known.name)\"")
            let trail = try CommandTrail(store, space: known.handle.space)
            try opened.eraseValues(of: known.handle)
            trail.note(.valuesErase, "\(known.id)", [("feature", known.name)])
            object.add("erased_feature", known.name)
            if !store.json { output.line("erased all values of the feature \"\(known.name)\"") }
        } else if let entity {
            let name = try EntityID(entity)
            try Confirmation.require(yes, "everything about the entity \"\(entity)\" in \(place)")
            let trail = try CommandTrail(store, space: place.number)
            let cells = try opened.erase(name, space: place.number)
            trail.note(.entityErase, name.text, [("values", String(cells))])
            object.add("erased_entity", entity)
            object.add("cells", cells)
            if !store.json { output.line("erased the entity \"\(entity)\": \(cells) cells") }
        }
        if store.json { output.line(object) }
        try output.flush()
    }
}
