internal import FStore
internal import FStoreConnectors
internal import FStoreServices

/// The shapes of sources.
enum SourceSchema {
    static let types = ["postgresql", "file", "api", "http"]

    static let name = Schema.label(1...255, example: "customer_database")

    /// The members of all types. The service judges them, since it alone knows the type of a source that is changed,
    /// and since an error here would show what was given.
    static let config = Schema.object(
        Schema.ObjectRule(members: configMembers, others: .anything, count: 0...64)
    )

    private static var configMembers: [Schema.Member] {
        var members: [Schema.Member] = []
        for kind in SourceKind.allCases {
            for member in kind.members where !members.contains(where: { $0.name == member.name }) {
                let types = SourceKind.allCases
                    .filter { $0.members.contains { $0.name == member.name } }
                    .map(\.rawValue)
                let place = types.count == SourceKind.allCases.count ? "All types" : types.joined(separator: ", ")
                members.append(.optional(member.name, .anything, "\(place): \(member.help)"))
            }
        }
        return members
    }

    static let newType = Field.text("type", .oneOf(types), isRequired: true)
    static let newName = Field.text("name", name, isRequired: true, "Unique within the organization.")
    static let newConfig = Field(
        "config",
        config.orNull,
        "A member that the type does not have is refused. Passwords and headers are sealed and never given out again."
    ) { $0.members }
    static let enabled = Field.flag("enabled")

    /// What each row of a source must be like.
    static let validationShape = Schema.members(
        .optional(
            "required_columns",
            .array(.text(1...255, example: "id"), 0...1000),
            "Columns that must have a value in each row."
        ),
        .optional(
            "data_types",
            .object(
                Schema.ObjectRule(
                    members: [],
                    others: .oneOf(RowRules.ColumnType.allCases.map(\.rawValue)),
                    count: 0...1000
                )
            ),
            "What the values of a column must be."
        )
    )

    static let validation = Field<JSONValue>(
        "validation",
        validationShape.orNull,
        "A row that breaks it is rejected and counted."
    ) { $0 }

    static let create = Schema.named(
        "SourceCreate",
        .members(newType.member, newName.member, newConfig.member, enabled.member, validation.member)
    )

    static let changedType = Field.text("type", .oneOf(types))
    static let changedName = Field.text("name", name)
    static let changedConfig = Field(
        "config",
        config,
        "A merge patch. `********` leaves a secret as it is; null removes it."
    ) { $0.members }

    static let update = Schema.named(
        "SourceUpdate",
        .members(changedType.member, changedName.member, changedConfig.member, enabled.member, validation.member)
    )

    private static let rowMembers: [Schema.Member] = [
        .required("id", .text(1...64)),
        .required("name", .text(1...255)),
        .required("type", .oneOf(types)),
        .required("enabled", .boolean),
        .required(
            "status",
            .oneOf(["active", "running", "failing", "disabled"]),
            "running: it is being read, or waits for that. failing: the last time it could not be read."
        ),
        .required("last_sync", ValueSchema.moment.orNull),
        .required("created_at", ValueSchema.moment),
        .required("updated_at", ValueSchema.moment),
        .required(
            "secure_fields",
            .object(Schema.ObjectRule(members: [], others: .boolean)),
            "The names of the secrets that are set. No answer shows their values."
        ),
    ]

    static let row = Schema.named("SourceRow", .members(rowMembers))

    private static let syncStats = Schema.members(
        .required("total_records", .integer(0...Int64.max), "Rows that were read, in all runs."),
        .required("successful", .integer(0...Int64.max), "Those that were stored."),
        .required("failed", .integer(0...Int64.max), "Those that were rejected."),
        .required("last_error", .text(0...65_536).orNull, "Why the last run failed, if it did.")
    )

    static let source = Schema.named(
        "Source",
        .members(
            rowMembers + [
                .optional("config", config, "Not for viewers."),
                .required("validation", validationShape),
                .required("sync_stats", syncStats),
            ]
        )
    )

    static let list = Schema.members(
        .required("success", .boolean),
        .required("data", .members(.required("sources", .array(row, 0...1000)))),
        .required("message", .text(0...255)),
        .required("timestamp", ValueSchema.moment),
        .required("request_id", .text(1...128)),
        .required("items", .array(row, 0...1000)),
        .required("total", .integer(0...Int64.max)),
        .required("page", .integer(1...Int64.max)),
        .required("limit", .integer(1...1000))
    )
}
