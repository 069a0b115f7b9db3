internal import ArgumentParser
internal import FStore
internal import FStoreText

/// `fstore put`
struct PutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Write one value.",
        discussion: """
            The feature's type says how VALUE is read: bytes as base64, vectors and json as JSON, timestamps as RFC \
            3339. When the feature has no type yet, VALUE is read as JSON and gives it one: a number makes it \
            float64. --type chooses another one.
            """
    )

    @OptionGroup var store: StoreArguments
    @OptionGroup var space: SpaceArguments

    @Argument(help: ArgumentHelp("The feature's name or UUID.", valueName: "feature"))
    var feature: String

    @Argument(help: "The entity.")
    var entity: String

    @Argument(help: "The value. Leave it out with --null.")
    var value: String?

    @Option(
        help: ArgumentHelp("The event time: RFC 3339 or now (default: now).", valueName: "time"),
        transform: TimeText.parse
    )
    var at: Timestamp?

    @Option(
        help: ArgumentHelp("The type, when the feature has none yet.", valueName: "type"),
        transform: ValueTypeText.parse
    )
    var type: ValueType?

    @Flag(help: "Write null.")
    var null = false

    func validate() throws {
        if null == (value != nil) { throw ValidationError("give either a value or --null") }
    }

    func run() throws {
        let opened = try store.open(.readWriteExisting)
        defer { opened.close() }
        let known = try space.find(in: store).feature(feature, in: opened)
        if let type, let expected = known.type, type != expected {
            throw CommandError(
                .badData,
                "wrong_type",
                "the feature \"\(known.name)\" takes \(expected), not \(type)"
            )
        }
        let eventTime = at ?? .now()
        let receipt = try opened.put(parsed(known), of: known.handle, for: EntityID(entity), at: eventTime)
        let output = Output()
        if store.json {
            var object = JSONObjectText()
            object.add("timestamp", eventTime)
            object.add("committed_at", receipt.commitTime)
            if let warning = RetentionWarning.text(hiddenCells: receipt.hiddenCells) { object.add("warning", warning) }
            output.line(object)
        } else {
            output.line(receipt.commitTime.description)
        }
        try output.flush()
        if !store.json { try Output.warn(RetentionWarning.text(hiddenCells: receipt.hiddenCells)) }
    }

    private func parsed(_ feature: Feature) throws -> FeatureValue {
        guard let value else { return .null }
        do throws(Rejection) {
            if let type = feature.type ?? type { return try ValueReader.read(value.utf8Span.span, as: type) }
            return try literal(value)
        } catch {
            throw CommandError(.badData, "bad_value", error.reason)
        }
    }

    private func literal(_ text: String) throws(Rejection) -> FeatureValue {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(text.utf8)
        } catch {
            throw Rejection(
                "the feature has no type yet, and \"\(text.excerpt)\" is not JSON; give the type, such as --type string"
            )
        }
        return try ValueReader.read(json)
    }
}
