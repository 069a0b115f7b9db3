internal import FStore
internal import FStoreText

/// The shapes of the operations on many features at once.
enum OnlineSchema {
    static let maxFeatures = 1000
    static let maxEntities = 10_000

    static let read = Schema.named(
        "OnlineRead",
        .members(features.member, entities.member, asOf.member, knownAt.member, times.member)
    )

    static let features = Field.texts(
        "features",
        .array(.text(1...255), 1...maxFeatures),
        isRequired: true,
        "UUIDs or names."
    )
    static let entities = Field(
        "entities",
        .array(ValueSchema.entityIDOrNumber, 1...maxEntities),
        isRequired: true,
        "Strings, or whole numbers: 1001 names the entity \"1001\"."
    ) { $0.elements?.compactMap { try? EntityText.read($0) } }
    static let asOf = Field.text(
        "as_of",
        ValueSchema.momentOrNow.orNull,
        "Asks for the values at this time, or at `now`."
    )
    static let knownAt = Field.text(
        "known_at",
        ValueSchema.momentOrNow.orNull,
        "Only what the store knew at this time."
    )
    static let times = Field.flag("timestamps", "Whether the answer has the event times.")

    private static func columns(_ cell: Schema) -> Schema {
        .array(.array(cell, 0...maxEntities), 0...maxFeatures)
    }

    static let answer = Schema.named(
        "OnlineAnswer",
        .members(
            .required("features", .array(.text(1...255), 0...maxFeatures), "The names, in the order of the request."),
            .required("entities", .array(.text(1...255), 0...maxEntities)),
            .required("values", columns(.anything), "One array for each feature, with one value for each entity."),
            .required("statuses", columns(.oneOf(["PRESENT", "NULL", "MISSING", "EXPIRED"]))),
            .optional("timestamps", columns(ValueSchema.moment.orNull))
        )
    )

    static let write = Schema.named(
        "OnlineWrite",
        .members(rows.member)
    )

    static let rows = Field.array(
        "rows",
        .array(.members(ValueSchema.entity.member, ValueSchema.time.member, rowValues.member), 1...50_000),
        isRequired: true
    )
    static let rowValues = Field(
        "values",
        .object(Schema.ObjectRule(members: [], others: .anything, count: 1...maxFeatures)),
        isRequired: true,
        "The values, by the name or UUID of their feature."
    ) { $0.members }

    static let written = Schema.named(
        "OnlineWritten",
        .members(
            .required("rows", .integer(1...50_000)),
            .required("written", .integer(1...50_000), "How many values were stored."),
            .required("committed_at", ValueSchema.moment),
            ValueSchema.warning
        )
    )
}
