/// The shape of a JSON value: checks what comes in, and is written into the OpenAPI document.
indirect enum Schema: Sendable {
    case string(StringRule)
    case integer(ClosedRange<Int64>)
    case number
    /// A number within a range.
    case numberWithin(ClosedRange<Double>)
    /// An integer of any size, kept as it is written.
    case wholeNumber
    case boolean
    case null
    /// Elements of one shape, so many of them.
    case array(Schema, ClosedRange<Int>)
    case object(ObjectRule)
    /// Fits when one of them does.
    case any([Schema])
    /// Every JSON value.
    case anything
    /// A shape that the documents give a name.
    case named(String, Schema)

    /// An integer within a range that another layer counts in `Int`.
    static func whole(_ range: ClosedRange<Int>) -> Schema {
        .integer(Int64(range.lowerBound)...Int64(range.upperBound))
    }

    /// What a text must be.
    struct StringRule: Sendable {
        var bytes: ClosedRange<Int> = 0...65_536
        /// The only texts that fit, if there are few.
        var values: [String] = []
        /// A format of JSON Schema, `date-time` or `uuid`, or `password`: what is typed is hidden.
        var format: String?
        /// What else must hold, and the sentence for a text of which it does not.
        var check: (@Sendable (String) -> String?)?
        /// A pattern for the documents.
        var pattern: String?
        var example: String?
    }

    /// What members an object has.
    struct ObjectRule: Sendable {
        var members: [Member]
        /// What other members must be; `nil` when there may be none.
        var others: Schema?
        /// How many members there may be in all.
        var count: ClosedRange<Int> = 0...1000
    }

    /// A member of an object.
    struct Member: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool
        let description: String

        static func required(_ name: String, _ schema: Schema, _ description: String = "") -> Member {
            Member(name: name, schema: schema, isRequired: true, description: description)
        }

        static func optional(_ name: String, _ schema: Schema, _ description: String = "") -> Member {
            Member(name: name, schema: schema, isRequired: false, description: description)
        }
    }

    /// A text of so many bytes.
    static func text(_ bytes: ClosedRange<Int>, example: String? = nil) -> Schema {
        .string(StringRule(bytes: bytes, example: example))
    }

    /// One of a few texts.
    static func oneOf(_ values: [String]) -> Schema {
        .string(StringRule(values: values))
    }

    /// An object with these members and no others.
    static func members(_ members: Member...) -> Schema {
        self.members(members)
    }

    /// The same, of a list.
    static func members(_ members: [Member]) -> Schema {
        .object(ObjectRule(members: members, others: nil))
    }

    /// The same, or null.
    var orNull: Schema { .any([self, .null]) }
}
