internal import FStore

/// Shapes as the schemas of OpenAPI 3.1, which are those of JSON Schema 2020-12.
struct SchemaObject {
    /// The named shapes that were met, for `components`.
    private(set) var named: [String: JSONValue] = [:]

    init() {}

    mutating func object(_ schema: Schema, description: String = "") -> JSONValue {
        switch schema {
        case .named(let name, let inner):
            if named[name] == nil {
                // The name is taken before the shape is walked.
                named[name] = .null
                named[name] = object(inner)
            }
            return .members(["$ref": .string("#/components/schemas/\(name)"), "description": .description(description)])
        case .string(let rule): return Self.object(rule, description)
        case .integer(let range):
            return .members([
                "type": .string("integer"),
                "format": .string("int64"),
                "minimum": .integer(range.lowerBound),
                // The end of the type is no rule of the API.
                "maximum": range.upperBound == .max ? nil : .integer(range.upperBound),
                "description": .description(description),
            ])
        case .wholeNumber:
            return .members(["type": .string("integer"), "description": .description(description)])
        case .number: return .members(["type": .string("number"), "description": .description(description)])
        case .numberWithin(let range):
            return .members([
                "type": .string("number"),
                "minimum": .number(String(range.lowerBound)),
                "maximum": .number(String(range.upperBound)),
                "description": .description(description),
            ])
        case .boolean: return .members(["type": .string("boolean"), "description": .description(description)])
        case .null: return .members(["type": .string("null"), "description": .description(description)])
        case .anything: return .members(["description": .string(description.isEmpty ? "Any JSON value." : description)])
        case .array(let element, let count):
            return .members([
                "type": .string("array"),
                "description": .description(description),
                "items": object(element),
                "minItems": count.lowerBound == 0 ? nil : .integer(count.lowerBound),
                "maxItems": .integer(count.upperBound),
            ])
        case .object(let rule): return object(rule, description)
        case .any(let schemas):
            return .members([
                "description": .description(description),
                "anyOf": .array(schemas.map { object($0) }),
            ])
        }
    }

    private mutating func object(_ rule: Schema.ObjectRule, _ description: String) -> JSONValue {
        let members = rule.members.map { ($0.name, object($0.schema, description: $0.description)) }
        let required = rule.members.filter(\.isRequired).map(\.name)
        let others: JSONValue
        switch rule.others {
        case nil: others = .bool(false)
        case .anything?: others = .bool(true)
        case let schema?: others = object(schema)
        }
        return .members([
            "type": .string("object"),
            "description": .description(description),
            "properties": members.isEmpty ? nil : .members(of: members),
            "required": required.isEmpty ? nil : .strings(required),
            "additionalProperties": others,
            "minProperties": rule.count.lowerBound == 0 ? nil : .integer(rule.count.lowerBound),
            "maxProperties": rule.others == nil ? nil : .integer(rule.count.upperBound),
        ])
    }

    /// The limits of a text count bytes of UTF-8, those of JSON Schema characters. A text has at most as many
    /// characters as bytes, so the limit as a number of characters never refuses what the server takes; that it is
    /// one of bytes stands in the description and in `x-fstore-max-bytes`.
    private static func object(_ rule: Schema.StringRule, _ description: String) -> JSONValue {
        // Other formats than `password`, which only hides what is typed, have the length in them.
        let hasLength = rule.values.isEmpty && (rule.format == nil || rule.format == "password")
        let isLimited = hasLength && rule.bytes.upperBound < 65_536
        var text = description
        if isLimited {
            let limit = "At most \(rule.bytes.upperBound) bytes of UTF-8."
            text += text.isEmpty ? limit : " " + limit
        }
        return .members([
            "type": .string("string"),
            "description": .description(text),
            "enum": rule.values.isEmpty ? nil : .strings(rule.values),
            "format": rule.format.map { .string($0) },
            "pattern": rule.pattern.map { .string($0) },
            "minLength": hasLength && rule.bytes.lowerBound > 0
                ? .integer((rule.bytes.lowerBound + 3) / 4) : nil,
            "maxLength": isLimited ? .integer(rule.bytes.upperBound) : nil,
            "x-fstore-max-bytes": isLimited ? .integer(rule.bytes.upperBound) : nil,
            "examples": rule.example.map { .strings([$0]) },
        ])
    }
}
