internal import FStore
internal import FStoreWire

/// The shapes of values.
enum ValueSchema {
    static let moment = Schema.string(
        Schema.StringRule(bytes: 3...64, format: "date-time", example: "2025-02-20T16:02:34Z")
    )
    /// Of a question, not of a value.
    static let momentOrNow = Schema.any([moment, .oneOf(["now"])])
    static let entityIDs =
        "Names of entities with commas between them, up to 1 000; `%2C` separates as `,` does, and a parameter that is "
        + "repeated adds its names. Within a name a comma is written `\\,` and a backslash `\\\\`."
    static let entityID = Schema.text(StoreLimits.entityBytes, example: "customer_123")
    /// In a body. The digits of a whole number are the name: of 1001 that is "1001". 1001.0 and 1e3 are refused.
    static let entityIDOrNumber = Schema.any([entityID, .wholeNumber])
    /// In a query: with commas between the names.
    static let entityList = Schema.array(
        .string(
            Schema.StringRule(
                bytes: StoreLimits.entityBytes,
                pattern: #"^(?:[^\\,]|\\[,\\])+$"#,
                example: "customer_123"
            )
        ),
        EntityListText.counts
    )

    static let item = Schema.members(
        .required("entity_id", .text(1...255)),
        .required("value", .anything, "Null when the status is `NULL` or `EXPIRED`."),
        .required("timestamp", moment, "The event time."),
        .optional("status", .oneOf(["NULL", "EXPIRED"]), "Only when it is not `PRESENT`.")
    )

    static let page = Schema.named(
        "FeatureValues",
        .members(
            .required("feature_id", .string(Schema.StringRule(format: "uuid"))),
            .required("name", .text(1...255)),
            .required("items", .array(item, 0...1000)),
            .required("missing", .array(.text(1...255), 0...1000), "The entities without a value."),
            .optional("total", .integer(0...Int64.max), "How many on all pages; left out when `cursor` was sent."),
            .optional("total_is_lower_bound", .boolean, "There may be more than `total`."),
            .optional("page", .integer(1...Int64.max)),
            .required("limit", .integer(1...1000)),
            .optional("next_cursor", .text(1...1024), "Send it as `cursor` to get the next page.")
        )
    )

    // One value in a request.
    static let entity = Field.raw("entity_id", entityIDOrNumber, isRequired: true)
    static let value = Field.raw("value", .anything, isRequired: true, "A value of the feature's type.")
    static let time = Field.raw("timestamp", moment.orNull, "The event time; now when left out.")
    static let one = Schema.members(entity.member, value.member, time.member)

    static let items = Field.array("values", .array(one, 1...50_000), isRequired: true)

    static let write = Schema.named(
        "FeatureValueWrite",
        .any([one, .members(items.member), items.schema])
    )

    /// Of what was stored and cannot be read.
    static let warning = Schema.Member.optional("warning", .text(0...1024), "Retention hides written values at once.")

    static let written = Schema.named(
        "FeatureValueWritten",
        .any([
            .members(
                .required("feature_id", .string(Schema.StringRule(format: "uuid"))),
                .required("name", .text(1...255)),
                .required("entity_id", .text(1...255)),
                .required("value", .anything),
                .required("timestamp", moment),
                .required("committed_at", moment),
                warning
            ),
            .members(.required("written", .integer(0...Int64.max)), .required("committed_at", moment), warning),
            lines,
        ])
    )

    static let lines = Schema.members(
        .required("written", .integer(0...Int64.max)),
        .required("failed", .integer(0...Int64.max)),
        .required("committed_at", moment.orNull),
        .required(
            "errors",
            .array(
                .members(
                    .required("line", .integer(1...Int64.max)),
                    .required("field", .text(0...65_536)),
                    .required("message", .text(0...65_536))
                ),
                0...100
            )
        ),
        warning
    )

    static let deleted = Schema.members(
        .required("deleted", .integer(0...Int64.max)),
        .required("committed_at", moment.orNull),
        .required("missing", .array(.text(1...255), 0...1000))
    )
}
