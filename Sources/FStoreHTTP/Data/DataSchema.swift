internal import FStore
internal import FStoreServices
internal import FStoreText

/// The shapes of questions about records, and of the answers.
enum DataSchema {
    static let source = Field.text("source", .text(1...255, example: "source_1"), "The id or name of a source.")
    static let start = Field.text("start", ValueSchema.momentOrNow.orNull, "Included.")
    static let end = Field.text("end", ValueSchema.momentOrNow.orNull, "Included.")
    static let dates = Field<JSONValue>("date_range", Schema.members(start.member, end.member).orNull) { $0 }
    static let least = Field<Double>("min", Schema.number.orNull, "Included.") { $0.double }
    static let most = Field<Double>("max", Schema.number.orNull, "Included.") { $0.double }
    static let values = Field<JSONValue>(
        "value_range",
        Schema.members(least.member, most.member).orNull,
        "Leaves out what is no number."
    ) { $0 }
    static let filters = Field<JSONValue>(
        "filters",
        Schema.members(source.member, dates.member, values.member).orNull,
        "If it is left out: all records of all sources."
    ) { $0 }

    static let page = Field<Int>("page", .integer(1...Int64(Page.reach)), "From 1.") { $0.integer }
    static let limit = Field<Int>("limit", .integer(1...1000), "100 when it is left out.") { $0.integer }
    static let cursor = Field.text(
        "cursor",
        .text(1...4096),
        "The next_cursor of the page before, instead of `page`. It goes on with the same filters and order."
    )
    static let pagination = Field<JSONValue>(
        "pagination",
        Schema.members(page.member, limit.member, cursor.member).orNull
    ) { $0 }

    static let field = Field.text(
        "field",
        .oneOf(RecordQuestion.SortField.allCases.map(\.rawValue)),
        "Equal ones stand by id and then by time."
    )
    static let order = Field.text("order", .oneOf(["asc", "desc"]))
    static let sort = Field<JSONValue>("sort", Schema.members(field.member, order.member).orNull) { $0 }

    static let query = Schema.named("DataQuery", .members(filters.member, pagination.member, sort.member))

    private static let record = Schema.members(
        .required("id", ValueSchema.entityID, "The entity."),
        .required("source", .text(1...64)),
        .required("column", .text(1...255), "The column of the source."),
        .required("timestamp", ValueSchema.moment),
        .required("value", .anything),
        .required("metadata", .object(Schema.ObjectRule(members: [], others: .anything, count: 0...100_000)))
    )

    static let records = Schema.members(
        .required("records", .array(record, 0...1000)),
        .required(
            "pagination",
            .members(
                .required("page", .integer(1...Int64.max)),
                .required("limit", .integer(1...1000)),
                .required("total", .integer(0...Int64.max)),
                .required("pages", .integer(0...Int64.max)),
                .required("next_cursor", .text(1...4096).orNull, "Null on the last page.")
            )
        )
    )
}
