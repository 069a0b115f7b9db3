internal import FStore
internal import FStoreWire

/// The query of a request: names once each, unless an operation says that one may repeat.
struct QueryParameters: Sendable {
    private struct Entry: Sendable {
        let name: String
        /// As it was sent, still percent-encoded.
        let raw: String
        let value: String
    }

    private let entries: [Entry]

    /// - Throws: 400 when the encoding is broken or a name that may not repeat does; 422 when a name is not known, or
    ///   a text is not what its parameter takes.
    init(_ query: String, for operation: Operation) throws(APIError) {
        var entries: [Entry] = []
        let known = operation.parameters.filter { $0.place == .query }
        var counts: [String: Int] = [:]
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let rawValue = parts.count > 1 ? parts[1] : ""[...].utf8
            guard let name = PercentCoding.decodeText(parts[0], plusIsSpace: true),
                let value = PercentCoding.decodeText(rawValue, plusIsSpace: true)
            else { throw .malformed("the query is not percent-encoded UTF-8: \"\(String(Substring(pair)).excerpt)\"") }
            guard let parameter = known.first(where: { $0.name == name }) else {
                let names =
                    known.isEmpty ? "there are none" : "these are \(known.map(\.name).joined(separator: ", "))"
                throw .invalid(
                    name.excerpt,
                    "is not a parameter of this operation; \(names)"
                )
            }
            counts[name, default: 0] += 1
            if counts[name, default: 0] > parameter.maxRepeats {
                if !parameter.repeats { throw .malformed("the parameter \(name) is given twice") }
                throw .invalid(name, "is given more than \(parameter.maxRepeats) times")
            }
            if case .string(let rule) = parameter.schema, let reason = rule.problem(with: value) {
                throw .invalid(name, reason)
            }
            entries.append(Entry(name: name, raw: String(Substring(rawValue)), value: value))
        }
        for parameter in known where parameter.isRequired && counts[parameter.name] == nil {
            throw .invalid(parameter.name, "is missing")
        }
        self.entries = entries
    }

    /// The decoded value of a parameter.
    func text(_ name: String) -> String? { entries.first { $0.name == name }?.value }

    /// The values of a parameter as they were sent, with `&` between those of one that is repeated.
    func raw(_ name: String) -> String? {
        let texts = entries.filter { $0.name == name }.map(\.raw)
        return texts.isEmpty ? nil : texts.joined(separator: "&")
    }

    /// The decoded values of a parameter that may repeat.
    func texts(_ name: String) -> [String] { entries.filter { $0.name == name }.map(\.value) }

    /// A whole number within `range`.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), text.utf8.first != UInt8(ascii: "+") else {
            throw .invalid(name, "must be a whole number; \"\(text.excerpt)\" was given")
        }
        guard range.contains(number) else {
            throw .invalid(
                name,
                "must be \(range.lowerBound) to \(range.upperBound); \(number) was given"
            )
        }
        return number
    }
}

/// Moments in requests.
enum TimeField {
    /// Up to which commit a question sees; `nil` for `now`, which is no bound.
    static func readKnowledge(_ text: String, field: String) throws(APIError) -> Timestamp? {
        text == "now" ? nil : try read(text, field: field, now: .earliest)
    }

    /// Moments outside of the years 1677 to 2262 are questions, and clamped: nothing lies there.
    static func read(
        _ text: String,
        field: String,
        now: Timestamp
    ) throws(APIError) -> Timestamp {
        if text == "now" { return now }
        do throws(TimestampError) {
            return try Timestamp(clamping: text)
        } catch {
            throw .invalid(field, error.description)
        }
    }
}
