internal import FStore
internal import FStoreText

/// A member of a JSON object with the type that it is read as. The schema, the handlers and the fast path all take its
/// name from here.
struct Field<Value>: Sendable {
    let name: StaticString
    /// The same as a string.
    let key: String
    let schema: Schema
    let isRequired: Bool
    let description: String
    private let read: @Sendable (JSONValue) -> Value?

    /// - Parameter read: the value of a member that fits the schema; `nil` for null.
    init(
        _ name: StaticString,
        _ schema: Schema,
        isRequired: Bool = false,
        _ description: String = "",
        read: @escaping @Sendable (JSONValue) -> Value?
    ) {
        self.name = name
        key = "\(name)"
        self.schema = schema
        self.isRequired = isRequired
        self.description = description
        self.read = read
    }

    /// The same, as a schema lists it.
    var member: Schema.Member {
        Schema.Member(name: key, schema: schema, isRequired: isRequired, description: description)
    }

    /// What `object` has under this name; `nil` when it has nothing or null there.
    func value(in object: JSONValue) -> Value? {
        object[key].flatMap(read)
    }
}

extension Field where Value == String {
    static func text(_ name: StaticString, _ schema: Schema, isRequired: Bool = false, _ description: String = "")
        -> Field
    {
        Field(name, schema, isRequired: isRequired, description) { $0.text }
    }
}

extension Field where Value == Bool {
    static func flag(_ name: StaticString, _ description: String = "") -> Field {
        Field(name, .boolean, description) { $0.bool }
    }
}

extension Field where Value == [String] {
    static func texts(_ name: StaticString, _ schema: Schema, isRequired: Bool = false, _ description: String = "")
        -> Field
    {
        Field(name, schema, isRequired: isRequired, description) { $0.texts }
    }
}

extension Field where Value == [JSONValue] {
    static func array(_ name: StaticString, _ schema: Schema, isRequired: Bool = false, _ description: String = "")
        -> Field
    {
        Field(name, schema, isRequired: isRequired, description) { $0.elements }
    }
}

extension Field where Value == JSONValue {
    /// Whatever stands there, null too.
    static func raw(_ name: StaticString, _ schema: Schema, isRequired: Bool = false, _ description: String = "")
        -> Field
    {
        Field(name, schema, isRequired: isRequired, description) { $0 }
    }
}

extension JSONValue {
    /// What the object has in `field`; `nil` when it has nothing or null there.
    subscript<Value>(_ field: Field<Value>) -> Value? { field.value(in: self) }

    /// A string.
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// A whole number.
    var integer: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }

    /// A number.
    var double: Double? { if case .number(let digits) = self { Double(digits) } else { nil } }

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
}
