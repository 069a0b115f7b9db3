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
                    + "\"\(text.shown)\" was given"
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
                    return "must be a duration such as 90s, 15m, 12h, 30d, 500ms or 1h30m; \"\(text.shown)\" was given"
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
                .optional("query", .text(0...8192), "What is asked of it."),
                .optional("update_frequency", duration, "How often it is asked."),
                .optional("source_id", .text(1...64), "The source that it is, by its id or name."),
            ],
            others: .anything,
            count: 0...32
        )
    )

    static let tags = Schema.array(.text(StoreLimits.tagBytes), StoreLimits.tags)

    static let retention = Schema.members(
        .optional("max_age", duration.orNull, "Values older than this are not kept."),
        .optional("max_versions", Schema.integer(1...4_294_967_295).orNull, "So many event times an entity are kept.")
    )

    /// What can be said of a feature at any time.
    private static let changeable: [Schema.Member] = [
        .optional("description", Schema.text(StoreLimits.descriptionBytes).orNull, "For people."),
        .optional("owner", Schema.text(StoreLimits.ownerBytes).orNull, "Who answers for it."),
        .optional("tags", tags.orNull, "Words to find it by."),
        .optional("source", source.orNull, "Where its values come from."),
        .optional("ttl", duration.orNull, "How long a value is good for; past it, its status is `EXPIRED`."),
        .optional("retention", retention.orNull, "How much history is kept."),
    ]

    static let create = Schema.named(
        "FeatureCreate",
        .object(
            Schema.ObjectRule(
                members: [
                    .required("name", name, "Unique within the organization."),
                    .optional("value_type", valueType, "Fixed by the first value when it is left out."),
                ] + changeable,
                others: nil
            )
        )
    )

    static let update = Schema.named("FeatureUpdate", .object(Schema.ObjectRule(members: changeable, others: nil)))

    static let feature = Schema.named(
        "Feature",
        .members(
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
        self.init(name: body["name"]?.text ?? "")
        type = body["value_type"]?.text.flatMap { ValueType($0) }
        description = body["description"]?.text ?? ""
        owner = body["owner"]?.text ?? ""
        tags = body["tags"]?.texts ?? []
        source = body["source"]?.objectText ?? ""
        ttl = body["ttl"]?.duration
        retention = Retention(body["retention"])
    }
}

extension FeatureUpdate {
    /// What a body that fits ``FeatureSchema/update`` says: a merge patch (RFC 7396), in which null removes.
    init(_ body: JSONValue, to feature: Feature) {
        self.init(
            description: body["description"].map { $0.text ?? "" },
            owner: body["owner"].map { $0.text ?? "" },
            tags: body["tags"].map { $0.texts ?? [] },
            source: body["source"].map { $0.merged(into: feature.definition.source) },
            ttl: body["ttl"].map { $0.duration },
            retention: body["retention"].map { Retention($0, over: feature.definition.retention) }
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
    }
}

extension JSONValue {
    /// A string.
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// A whole number.
    var integer: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }

    /// True or false.
    var bool: Bool? { if case .bool(let isTrue) = self { isTrue } else { nil } }

    /// The elements of an array.
    var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members of an object.
    var members: [JSONMember]? { if case .object(let members) = self { members } else { nil } }

    /// The strings of an array.
    var texts: [String]? { elements?.compactMap(\.text) }

    /// A duration such as `15m`.
    var duration: Duration? { text.flatMap(DurationText.duration) }

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
