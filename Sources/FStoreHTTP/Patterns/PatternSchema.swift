internal import FStore
internal import FStoreCatalog

/// The shapes of patterns.
enum PatternSchema {
    /// Patterns of one request, at most.
    static let maxPatterns = 1000

    private static let category = Schema.label(1...128, example: "serialization")

    private static let name = Field.text(
        "name",
        .label(1...255, example: "numpy_json_serialization"),
        isRequired: true,
        "Unique within the organization."
    )
    private static let description = Field.text("description", .prose(0...16_384), isRequired: true)
    private static let version = Field(
        "version",
        .integer(0...1_000_000_000),
        isRequired: true,
        "Higher than that of the last change."
    ) { $0.integer }
    private static let newCategory = Field.text("category", category, isRequired: true)

    static let patterns = Field.array(
        "patterns",
        .array(
            .named(
                "PatternSent",
                .members(name.member, description.member, version.member, newCategory.member)
            ),
            0...maxPatterns
        ),
        isRequired: true,
        "Each name once."
    )

    static let sync = Schema.named("PatternSync", .members(patterns.member))

    /// The patterns of a body that fits the schema.
    ///
    /// - Throws: 422 with the position of a name that was there before.
    static func read(_ body: JSONValue) throws(APIError) -> [NewPattern] {
        var names: Set<String> = []
        var problems: [FieldProblem] = []
        var read: [NewPattern] = []
        for (index, object) in (body[patterns] ?? []).enumerated() {
            let pattern = NewPattern(
                name: object[name] ?? "",
                version: Int64(object[version] ?? 0),
                description: object[description] ?? "",
                category: object[newCategory] ?? ""
            )
            if !names.insert(pattern.name).inserted, problems.count < Schema.maxProblems {
                let reason = "is given twice: \"\(pattern.name.excerpt)\"; send each pattern once"
                problems.append(FieldProblem(field: "patterns[\(index)].name", reason: reason, index: index))
            }
            read.append(pattern)
        }
        if !problems.isEmpty { throw .invalid(problems) }
        return read
    }

    static let conflict = Schema.members(
        .required("name", .text(1...255)),
        .required("sent_version", .integer(0...Int64.max)),
        .required("stored_version", .integer(0...Int64.max), "The newest that the organization has."),
        .required("reason", .oneOf(PatternSync.Conflict.Reason.allCases.map(\.rawValue))),
        .required("message", .text(1...1024), "A sentence for people.")
    )

    static let synced = Schema.named(
        "PatternSynced",
        .members(
            .required("status", .oneOf(["success"])),
            .required(
                "synced_count",
                .integer(0...Int64(maxPatterns)),
                "How many the organization has as they were sent."
            ),
            .required("conflicts", .array(conflict, 0...maxPatterns), "What was not stored."),
            .required("timestamp", ValueSchema.moment)
        )
    )

    static let pattern = Schema.named(
        "Pattern",
        .members(
            .required("name", .text(1...255)),
            .required("description", .text(0...16_384)),
            .required("version", .integer(0...Int64.max)),
            .required("category", .text(1...128)),
            .required("last_modified_by", .integer(1...Int64.max), "The number of the user who sent this version."),
            .required("last_modified_at", ValueSchema.moment)
        )
    )

    static let pulled = Schema.named(
        "PatternsPulled",
        .members(
            .required("patterns", .array(pattern, 0...1000)),
            .required("count", .integer(0...1000), "In this answer."),
            .required("organization_id", .integer(1...Int64.max)),
            .required("timestamp", ValueSchema.moment, "Sent as `since`, it asks for what came after this answer."),
            .required("total", .integer(0...Int64.max), "On all pages."),
            .required("page", .integer(1...Int64.max)),
            .required("limit", .integer(1...1000))
        )
    )
}
