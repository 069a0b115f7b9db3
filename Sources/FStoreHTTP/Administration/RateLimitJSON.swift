internal import FStore
internal import FStoreCatalog
internal import FStoreIdentity
internal import FStoreServices
internal import FStoreText

/// Limits as JSON.
enum RateLimitJSON {
    /// The classes by which the requests of a credential are counted, and the documented number of each.
    private static let classes: [(rate: RateClass, perMinute: Int)] = [
        (.read, Quota.documentedReads), (.write, Quota.documentedWrites),
    ]

    static let number = Schema.integer(1...1_000_000_000)

    // MARK: Changes

    static let operations = change("operations", "By the ids of operations, as `GET` has them.")
    static let keys = change("keys", "By the ids of keys, `key_…`, of any organization.")

    static let changeSchema = Schema.named("RateLimitChange", .members(operations.member, keys.member))

    private static func change(_ name: StaticString, _ description: String) -> Field<[JSONMember]> {
        let limit = Schema.members(
            .required("per_minute", .any([number, .oneOf(["unlimited"]), .null]), "null: what is documented.")
        )
        let rule = Schema.ObjectRule(members: [], others: limit.orNull)
        return Field(name, .object(rule), description) { $0.members }
    }

    /// What a body asks for; `.standard` where it takes a limit away.
    static func quotas(_ members: [JSONMember]?) -> [String: Quota] {
        var quotas: [String: Quota] = [:]
        for member in members ?? [] {
            quotas[member.name] = member.value["per_minute"].map(quota) ?? .standard
        }
        return quotas
    }

    /// A limit that fits the schema; `.standard` for null.
    static func quota(_ value: JSONValue) -> Quota {
        value.integer.map(Quota.perMinute) ?? (value.text == "unlimited" ? .unlimited : .standard)
    }

    // MARK: Answers

    private static let limit = Schema.any([number, .oneOf(["unlimited"])])

    static let schema = Schema.named(
        "RateLimits",
        .members(
            .required(
                "classes",
                map(.members(.required("per_minute", number), .required("per", .oneOf(["credential", "address"]))))
            ),
            .required(
                "operations",
                map(
                    .members(
                        .required("class", .text(1...64)),
                        .required("per_minute", limit.orNull, "null: as many as the class allows."),
                        .required("is_set", .boolean, "Whether an operator has set it.")
                    )
                )
            ),
            .required(
                "keys",
                map(
                    .members(
                        .required("per_minute", limit),
                        .required("name", .text(1...255)),
                        .required("organization_id", .integer(1...Int64.max))
                    )
                )
            ),
            .required("keys_total", .integer(0...Int64.max))
        )
    )

    private static func map(_ schema: Schema) -> Schema {
        .object(Schema.ObjectRule(members: [], others: schema))
    }

    static func object(_ limits: AdministrationService.RateLimits) -> JSONObjectText {
        var classes = JSONObjectText()
        for (rate, perMinute) in Self.classes { classes.add(rate.rawValue, classObject(perMinute, per: "credential")) }
        for each in AddressClass.allCases {
            classes.add(each.rawValue, classObject(each.perMinute, per: "address"))
        }
        var operations = JSONObjectText()
        for (operation, set) in limits.operations {
            var object = JSONObjectText()
            object.add("class", operation.rule.rate.rawValue)
            object.add("per_minute", (set ?? operation.rule.ownLimit.map(Quota.perMinute))?.json)
            object.add("is_set", set != nil)
            operations.add(operation.id, object)
        }
        var keys = JSONObjectText()
        for key in limits.keys.items {
            var object = JSONObjectText()
            object.add("per_minute", key.quota.json)
            object.add("name", key.name)
            object.add("organization_id", key.organizationID)
            keys.add(key.id, object)
        }
        var object = JSONObjectText()
        object.add("classes", classes)
        object.add("operations", operations)
        object.add("keys", keys)
        object.add("keys_total", limits.keys.total)
        return object
    }

    private static func classObject(_ perMinute: Int, per counted: String) -> JSONObjectText {
        var object = JSONObjectText()
        object.add("per_minute", perMinute)
        object.add("per", counted)
        return object
    }
}
