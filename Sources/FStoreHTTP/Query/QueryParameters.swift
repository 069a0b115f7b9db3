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

    /// How often a parameter that may repeat may be given.
    static let maxRepeats = 64

    private let entries: [Entry]
    private let owner: APIDocument

    /// - Throws: 400 when the encoding is broken or a name that may not repeat does; 422 when a name is not known, or
    ///   a text is not what its parameter takes.
    init(_ query: String, for operation: Operation) throws(APIError) {
        var entries: [Entry] = []
        let known = operation.parameters.filter { $0.place == .query }
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let rawValue = parts.count > 1 ? parts[1] : ""[...].utf8
            guard let name = PercentCoding.decodeText(parts[0], plusIsSpace: true),
                let value = PercentCoding.decodeText(rawValue, plusIsSpace: true)
            else { throw .malformed("the query is not percent-encoded UTF-8: \"\(String(Substring(pair)).shown)\"") }
            guard let parameter = known.first(where: { $0.name == name }) else {
                let names = known.isEmpty ? "none" : known.map(\.name).joined(separator: ", ")
                throw .invalid(
                    name.shown,
                    "is not a parameter of this operation; it has \(names)",
                    owner: operation.owner
                )
            }
            if parameter.repeats, entries.count(where: { $0.name == name }) == Self.maxRepeats {
                throw .invalid(name, "is given more than \(Self.maxRepeats) times", owner: operation.owner)
            }
            if !parameter.repeats, entries.contains(where: { $0.name == name }) {
                throw .malformed("the parameter \(name) is given twice")
            }
            if case .string(let rule) = parameter.schema, let reason = rule.problem(with: value) {
                throw .invalid(name, reason, owner: operation.owner)
            }
            entries.append(Entry(name: name, raw: String(Substring(rawValue)), value: value))
        }
        for parameter in known where parameter.isRequired && !entries.contains(where: { $0.name == parameter.name }) {
            throw .invalid(parameter.name, "is missing", owner: operation.owner)
        }
        self.entries = entries
        owner = operation.owner
    }

    /// The decoded value of a parameter.
    func text(_ name: String) -> String? { entries.first { $0.name == name }?.value }

    /// The value of a parameter as it was sent.
    func raw(_ name: String) -> String? { entries.first { $0.name == name }?.raw }

    /// The decoded values of a parameter that may repeat.
    func texts(_ name: String) -> [String] { entries.filter { $0.name == name }.map(\.value) }

    /// A whole number within `range`.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), text.utf8.first != UInt8(ascii: "+") else {
            throw .invalid(name, "must be a whole number; \"\(text.shown)\" was given", owner: owner)
        }
        guard range.contains(number) else {
            throw .invalid(
                name,
                "must be \(range.lowerBound) to \(range.upperBound); \(number) was given",
                owner: owner
            )
        }
        return number
    }

    /// A moment in RFC 3339, or `now`.
    func time(_ name: String, now: Timestamp) throws(APIError) -> Timestamp? {
        guard let text = text(name) else { return nil }
        return try TimeField.read(text, field: name, now: now, owner: owner)
    }
}

/// Moments in requests.
enum TimeField {
    /// Moments outside of the years 1677 to 2262 are questions, and clamped: nothing lies there.
    static func read(
        _ text: String,
        field: String,
        now: Timestamp,
        owner: APIDocument
    ) throws(APIError) -> Timestamp {
        if text == "now" { return now }
        do throws(TimestampError) {
            return try Timestamp(clamping: text)
        } catch {
            throw .invalid(field, error.description, owner: owner)
        }
    }
}
