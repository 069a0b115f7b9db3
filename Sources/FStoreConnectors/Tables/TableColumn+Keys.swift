package import FStore
internal import FStoreArrow
internal import FStoreText

/// The two columns that say of what and of when a row is.
extension TableBlock {
    /// Refuses one column as both: whichever was meant, the other is wrong.
    package static func check(entity: String, time: String?) throws(TableProblem) {
        if entity == time { throw TableProblem(column: entity.excerpt, "is named as the entity and as the time") }
    }

    /// The entity of each row: texts, or whole numbers, whose digits are the name.
    package func entities(_ name: String) throws(TableProblem) -> [EntityID] {
        if rowCount == 0, columns.isEmpty { return [] }
        let column = try required(name)
        var entities: [EntityID] = []
        entities.reserveCapacity(rowCount)
        for row in 0..<rowCount {
            do throws(Rejection) {
                entities.append(try column.entity(row))
            } catch {
                throw TableProblem(row: firstRow + row, column: name, error.reason)
            }
        }
        return entities
    }

    /// The moment of each row: times, dates or texts. Numbers are refused, since their unit is not known.
    package func times(_ name: String) throws(TableProblem) -> [Timestamp] {
        if rowCount == 0, columns.isEmpty { return [] }
        let column = try required(name)
        let reader = TimeReader()
        var times: [Timestamp] = []
        times.reserveCapacity(rowCount)
        for row in 0..<rowCount {
            do throws(Rejection) {
                times.append(try column.time(row, reader))
            } catch {
                throw TableProblem(row: firstRow + row, column: name, error.reason)
            }
        }
        return times
    }

    func required(_ name: String) throws(TableProblem) -> TableColumn {
        if let column = column(name) { return column }
        let names = columns.map(\.name)
        let meant = Spelling.nearest(to: name, among: names).map { "did you mean \"\($0.excerpt)\"?" }
        throw TableProblem(
            column: name.excerpt,
            "is not in the table; "
                + (meant ?? "it has \(names.isEmpty ? "no rows" : names.joined(separator: ", ").excerpt)")
        )
    }
}

extension TableColumn {
    func entity(_ row: Int) throws(Rejection) -> EntityID {
        let name: String
        switch cells {
        case .texts(let cells):
            if cells.isMissing(row) { throw Rejection("the entity is missing") }
            guard let text = NumberText.text(cells[row].span) else { throw Rejection("the entity is not valid UTF-8") }
            name = text
        case .none: throw Rejection("there is no row")
        case .json(let cells):
            guard let cell = json(cells, row), cell != .null else { throw Rejection("the entity is missing") }
            name = try EntityText.read(cell)
        case .arrow(let column):
            switch column.type.kind {
            case .text:
                guard let text = column.text(at: row) else { throw Rejection("the entity is missing") }
                name = text
            case .integer:
                guard let number = try Rejection.of({ () throws(ArrowError) in try column.integer(at: row) }) else {
                    throw Rejection("the entity is missing")
                }
                name = "\(number)"
            default: throw Rejection("a column of \(column.type) names no entities; use strings or integers")
            }
        }
        guard let entity = try? EntityID(name) else {
            let range = StoreLimits.entityBytes
            throw Rejection(
                "an entity has \(range.lowerBound) to \(range.upperBound) bytes; this one has \(name.utf8.count)"
            )
        }
        return entity
    }

    func time(_ row: Int, _ reader: TimeReader) throws(Rejection) -> Timestamp {
        switch cells {
        case .texts(let cells):
            if cells.isMissing(row) { throw Rejection("the time is missing") }
            return try reader.read(cells[row].span)
        case .none: throw Rejection("there is no row")
        case .json(let cells):
            switch json(cells, row) {
            case .string(let text): return try reader.read(text.utf8Span.span)
            case nil, .null: throw Rejection("the time is missing")
            default: throw Rejection("must be a time as text, such as 2024-01-01T00:00:00Z")
            }
        case .arrow(let column):
            switch column.type.kind {
            case .time:
                let found = try Rejection.of { () throws(ArrowError) in try column.timestampNanoseconds(at: row) }
                guard let found else { throw Rejection("the time is missing") }
                return Timestamp(nanoseconds: found)
            case .text:
                guard let text = column.text(at: row) else { throw Rejection("the time is missing") }
                return try reader.read(text.utf8Span.span)
            default:
                throw Rejection("a column of \(column.type) has no times; use timestamps, dates or texts")
            }
        }
    }
}

extension Rejection {
    /// What `read` returns; what a column of Arrow says against it is the reason.
    static func of<Value>(_ read: () throws(ArrowError) -> Value) throws(Rejection) -> Value {
        do throws(ArrowError) { return try read() } catch { throw Rejection(error.reason) }
    }
}
