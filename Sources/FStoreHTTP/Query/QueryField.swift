internal import FStore

/// A parameter of the query with the type that it is read as.
struct QueryField<Value>: Sendable {
    let parameter: Parameter
    fileprivate let read: @Sendable (QueryParameters, Timestamp) throws(APIError) -> Value?

    var name: String { parameter.name }
}

extension QueryField where Value == String {
    static func text(
        _ name: String,
        _ schema: Schema,
        _ description: String,
        isRequired: Bool = false,
        example: String? = nil
    ) -> QueryField {
        let parameter = Parameter.query(name, schema, description, isRequired: isRequired, example: example)
        return QueryField(parameter: parameter) { query, _ in query.text(name) }
    }

    /// A list that is read still percent-encoded, as the fast path reads it. It may be given several times: all its
    /// elements count.
    ///
    /// - Parameter example: one element.
    static func encodedList(
        _ name: String,
        _ schema: Schema,
        _ description: String,
        isRequired: Bool = false,
        example: String
    ) -> QueryField {
        let parameter = Parameter.query(
            name,
            schema,
            description,
            isRequired: isRequired,
            maxRepeats: 1000,
            example: example
        )
        return QueryField(parameter: parameter) { query, _ in query.raw(name) }
    }
}

extension QueryField where Value == [String] {
    /// A parameter that may be given several times.
    static func texts(_ name: String, _ schema: Schema, _ description: String) -> QueryField {
        QueryField(parameter: .query(name, schema, description, maxRepeats: 64)) { query, _ in query.texts(name) }
    }
}

extension QueryField where Value == Timestamp {
    /// A moment of a question: `now` is allowed, and what lies outside of the years 1677 to 2262 is clamped.
    static func moment(_ name: String, _ description: String) -> QueryField {
        QueryField(parameter: .query(name, ValueSchema.momentOrNow, description)) { query, now throws(APIError) in
            guard let text = query.text(name) else { return nil }
            return try TimeField.read(text, field: name, now: now)
        }
    }

    /// Up to which commit a question sees. `now` is no bound: a store sees every commit that there is now, also those
    /// whose commit times lie ahead of a clock that was set back.
    static func knowledge(_ name: String, _ description: String) -> QueryField {
        QueryField(parameter: .query(name, ValueSchema.momentOrNow, description)) { query, now throws(APIError) in
            guard let text = query.text(name) else { return nil }
            return try TimeField.readKnowledge(text, field: name)
        }
    }

    /// The event time of a value: exactly as it is.
    static func eventTime(_ name: String, _ description: String) -> QueryField {
        QueryField(parameter: .query(name, ValueSchema.moment, description)) { query, _ throws(APIError) in
            guard let text = query.text(name) else { return nil }
            do throws(TimestampError) { return try Timestamp(text) } catch {
                throw .invalid(name, error.description)
            }
        }
    }
}

extension QueryField where Value == Bool {
    /// `true` or `false`.
    static func flag(_ name: String, _ description: String) -> QueryField {
        QueryField(parameter: .query(name, .oneOf(["true", "false"]), description)) { query, _ in
            query.text(name).map { $0 == "true" }
        }
    }
}

extension QueryField where Value == Int {
    static func integer(_ name: String, _ range: ClosedRange<Int>, _ description: String) -> QueryField {
        let schema = Schema.integer(Int64(range.lowerBound)...Int64(range.upperBound))
        return QueryField(parameter: .query(name, schema, description)) { query, _ throws(APIError) in
            try query.integer(name, in: range)
        }
    }
}

extension Call {
    /// What the query says in `field`; `nil` when it says nothing.
    func query<Value>(_ field: QueryField<Value>) throws(APIError) -> Value? {
        try field.read(query, receivedAt)
    }
}
