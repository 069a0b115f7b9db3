internal import FStore
internal import FStoreText

/// The shapes of features, and how requests become definitions.
enum FeatureSchema {
    static let name = Schema.string(
        Schema.StringRule(
            bytes: StoreLimits.featureNameBytes,
            check: { text in
                if let reason = Schema.controlCharacters(text) { return reason }
                return FeatureID(text) == nil ? nil : "must not look like a UUID"
            },
            pattern: Schema.labelPattern,
            example: "customer_lifetime_value"
        )
    )

    static let valueType = Schema.string(
        Schema.StringRule(
            bytes: 1...32,
            check: { text in
                if ValueType(text) != nil { return nil }
                return "must be float64, int64, bool, string, bytes, timestamp, json or vector(N), N from 1 to 16384; "
                    + "\"\(text.excerpt)\" was given"
            },
            pattern: "^(float64|int64|bool|string|bytes|timestamp|json|vector\\(([1-9][0-9]{0,3}|1[0-5][0-9]{3}|"
                + "16[0-2][0-9]{2}|163[0-7][0-9]|1638[0-4])\\))$",
            example: "float64"
        )
    )

    static let duration = Schema.string(
        Schema.StringRule(
            bytes: 2...64,
            check: { text in
                guard let duration = DurationText.duration(text), duration > .zero else {
                    return
                        "must be a duration such as 90s, 15m, 12h, 30d, 500ms or 1h30m; \"\(text.excerpt)\" was given"
                }
                return nil
            },
            pattern: "^([0-9]+(ns|us|ms|s|m|h|d|w))+$",
            example: "30d"
        )
    )

    static let source = Schema.object(
        Schema.ObjectRule(
            members: [
                .optional("type", .text(1...255), "What kind of source: `postgresql`, `file`, `api`, …"),
                .optional(
                    "query",
                    .text(0...8192),
                    "The query that is run there. `$1` in it is the newest event time that was read before."
                ),
                .optional("update_frequency", duration, "How often it is run. If it is left out: once."),
                .optional(
                    "source_id",
                    .text(1...255),
                    "The id or name of the source that runs the query. If it is left out: the only one of that type."
                ),
            ],
            others: .anything,
            count: 0...32
        )
    )

    static let tags = Schema.array(.label(StoreLimits.tagBytes), StoreLimits.tags)

    static let retention = Schema.members(
        .optional("max_age", duration.orNull, "Values older than this are not kept."),
        .optional("max_versions", Schema.integer(1...4_294_967_295).orNull, "Event times kept for each entity."),
        .optional(
            "keep_latest",
            Schema.boolean.orNull,
            "Whether the newest value of each entity is kept, however old it is; `false` when left out."
        )
    )

    // What can be said of a feature when it is made, and changed later.
    static let description = Field.text("description", Schema.prose(StoreLimits.descriptionBytes).orNull, "For people.")
    static let owner = Field.text("owner", Schema.prose(StoreLimits.ownerBytes).orNull, "The person or team in charge.")
    static let tagList = Field.texts("tags", tags.orNull, "Words to find it by.")
    static let origin = Field.raw("source", source.orNull, "Where its values come from.")
    static let ttl = Field.raw(
        "ttl",
        duration.orNull,
        "How long a value counts. After that its status is `EXPIRED`."
    )
    static let history = Field.raw("retention", retention.orNull, "How much history is kept.")

    private static let changeable = [
        description.member, owner.member, tagList.member, origin.member, ttl.member, history.member,
    ]

    // What cannot change.
    static let newName = Field.text("name", name, isRequired: true, "Unique within the organization.")
    static let type = Field("value_type", valueType, "When it is left out, the first value decides.") {
        $0.text.flatMap { ValueType($0) }
    }

    static let create = Schema.named(
        "FeatureCreate",
        .object(Schema.ObjectRule(members: [newName.member, type.member] + changeable, others: nil))
    )

    static let update = Schema.named("FeatureUpdate", .object(Schema.ObjectRule(members: changeable, others: nil)))

    static let materialization = Schema.members(
        .required("status", .oneOf(["bound", "unbound", "failing"])),
        .required("reason", .text(0...65_536).orNull, "Why it is not bound, or why the last run failed."),
        .required("source_id", .text(1...64).orNull, "The source that it is bound to."),
        .required("last_run", ValueSchema.moment.orNull),
        .required("last_success", ValueSchema.moment.orNull),
        .required("next_run", ValueSchema.moment.orNull, "Null: when somebody asks for it."),
        .required("is_running", .boolean),
        .required("rows", .integer(0...Int64.max), "Rows that the last run has stored."),
        .required("rejected", .integer(0...Int64.max), "Rows that it has rejected.")
    )

    static let feature = Schema.named(
        "Feature",
        .members(
            .optional(
                "materialization",
                materialization,
                "What fills the feature, when its source has a query. Not in lists."
            ),
            .required("id", .string(Schema.StringRule(format: "uuid"))),
            .required("name", .text(1...255)),
            .required("description", .text(0...4096)),
            .required("owner", .text(0...255)),
            .required("created_at", .string(Schema.StringRule(format: "date-time"))),
            .required("updated_at", .string(Schema.StringRule(format: "date-time"))),
            .required("tags", .array(.text(0...128), 0...64)),
            .required("source", Schema.object(Schema.ObjectRule(members: [], others: .anything)).orNull),
            .required("value_type", Schema.text(1...32).orNull, "Null until the first value is written."),
            .required("ttl", Schema.text(1...64).orNull),
            .required("retention", retention)
        )
    )
}

extension FeatureDefinition {
    /// What a body that fits ``FeatureSchema/create`` says.
    init(_ body: JSONValue) {
        self.init(name: body[FeatureSchema.newName] ?? "")
        type = body[FeatureSchema.type]
        description = body[FeatureSchema.description] ?? ""
        owner = body[FeatureSchema.owner] ?? ""
        tags = body[FeatureSchema.tagList] ?? []
        source = body[FeatureSchema.origin]?.objectText ?? ""
        ttl = body[FeatureSchema.ttl]?.duration
        retention = Retention(body[FeatureSchema.history])
    }
}

extension FeatureUpdate {
    /// What a body that fits ``FeatureSchema/update`` says: a merge patch (RFC 7396), in which null removes. A member
    /// that is not there leaves what is stored.
    init(_ body: JSONValue, to feature: Feature) {
        func given<Value>(_ field: Field<Value>) -> Value?? {
            body[field.key] == nil ? nil : .some(body[field])
        }
        self.init(
            description: given(FeatureSchema.description).map { $0 ?? "" },
            owner: given(FeatureSchema.owner).map { $0 ?? "" },
            tags: given(FeatureSchema.tagList).map { $0 ?? [] },
            source: body[FeatureSchema.origin].map { $0.merged(into: feature.definition.source) },
            ttl: body[FeatureSchema.ttl].map { $0.duration },
            retention: body[FeatureSchema.history].map { Retention($0, over: feature.definition.retention) }
        )
    }
}

extension Retention {
    fileprivate init(_ body: JSONValue?, over old: Retention = .unlimited) {
        self = old
        guard let body, body != .null else {
            self = .unlimited
            return
        }
        if let age = body["max_age"] { maxAge = age.duration }
        if let versions = body["max_versions"] { maxVersions = versions.integer }
        if let keeps = body["keep_latest"] { keepLatest = keeps == .bool(true) }
    }
}

extension JSONValue {
    /// The text of an object; empty for null.
    fileprivate var objectText: String {
        if self == .null { return "" }
        var bytes: [UInt8] = []
        JSONText.append(self, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A merge patch of one level over the object that is stored.
    fileprivate func merged(into stored: String) -> String {
        guard let patch = members else { return "" }
        var result = (try? JSONValue(stored.utf8))?.members ?? []
        for member in patch {
            result.removeAll { $0.name == member.name }
            if member.value != .null { result.append(member) }
        }
        return JSONValue.object(result).objectText
    }
}
