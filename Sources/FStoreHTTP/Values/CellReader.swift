internal import FStore
internal import FStoreText

/// One `{"entity_id", "value", "timestamp"?}` as a cell.
struct CellReader {
    struct Cell {
        var entity: EntityID
        var value: FeatureValue
        var time: Timestamp
    }

    /// The type of the feature; `nil` when the first value decides.
    let type: ValueType?
    /// The event time of a cell that names none.
    let now: Timestamp

    private static let members = [ValueSchema.entity.key, ValueSchema.value.key, ValueSchema.time.key]

    /// - Parameter index: the position in a batch, for errors.
    func cell(_ value: JSONValue, index: Int? = nil) throws(FieldProblem) -> Cell {
        func problem(_ field: String, _ reason: String) -> FieldProblem {
            FieldProblem(field: index.map { "values[\($0)].\(field)" } ?? field, reason: reason, index: index)
        }
        guard let members = value.members else {
            let field = index.map { "values[\($0)]" } ?? ""
            throw FieldProblem(field: field, reason: "must be an object; \(value.kind) was given", index: index)
        }
        if let stranger = members.first(where: { !Self.members.contains($0.name) }) {
            throw problem(
                stranger.name.excerpt,
                "is not known here; the members are \(Self.members.joined(separator: ", "))"
            )
        }
        guard let name = value[ValueSchema.entity] else { throw problem("entity_id", "is missing") }
        let entity = try Self.entity(name, problem)
        guard let given = value[ValueSchema.value] else { throw problem("value", "is missing; null stores null") }
        return Cell(
            entity: entity,
            value: try Self.value(given, type, problem),
            time: try Self.time(value[ValueSchema.time], now, problem)
        )
    }

    /// The entity that a string or a whole number names.
    static func entity(
        _ given: JSONValue,
        _ problem: (String, String) -> FieldProblem
    ) throws(FieldProblem) -> EntityID {
        let text: String
        do throws(Rejection) { text = try EntityText.read(given) } catch { throw problem("entity_id", error.reason) }
        do throws(LimitError) { return try EntityID(text) } catch {
            throw problem("entity_id", "must have 1 to 255 bytes; it has \(text.utf8.count)")
        }
    }

    /// The value that a JSON value is in a feature of `type`.
    static func value(
        _ given: JSONValue,
        _ type: ValueType?,
        _ problem: (String, String) -> FieldProblem
    ) throws(FieldProblem) -> FeatureValue {
        do throws(Rejection) {
            if let type { return try ValueReader.read(given, as: type) }
            return try ValueReader.read(given)
        } catch {
            throw problem("value", "is refused: \(error.reason)")
        }
    }

    /// The event time that a request names, or `now`.
    static func time(
        _ given: JSONValue?,
        _ now: Timestamp,
        _ problem: (String, String) -> FieldProblem
    ) throws(FieldProblem) -> Timestamp {
        guard let given, given != .null else { return now }
        guard let text = given.text else {
            throw problem("timestamp", "must be a string in RFC 3339; \(given.kind) was given")
        }
        do throws(TimestampError) { return try Timestamp(text) } catch {
            throw problem("timestamp", error.description)
        }
    }
}

extension FieldProblem: Error {}
