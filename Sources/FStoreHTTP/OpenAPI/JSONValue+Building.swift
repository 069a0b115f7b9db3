internal import FStore

extension JSONValue {
    /// An object with these members; those whose value is `nil` are left out.
    static func members(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { name, value in value.map { JSONMember(name: name, value: $0) } })
    }

    /// An object with one member for each of `members`.
    static func members(of members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { JSONMember(name: $0.0, value: $0.1) })
    }

    /// A whole number.
    static func integer(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }

    /// Texts in an array.
    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    /// `nil` for an empty text, so that the member is left out.
    static func description(_ text: String) -> JSONValue? { text.isEmpty ? nil : .string(text) }
}
