internal import FStore
internal import FStoreText

/// Rows of a file with one JSON object a line. A member that is absent holds no value; null is written as null.
struct JSONRowSource: RowSource, ~Copyable {
    private var reader: LineReader
    private var columns: LoadColumns
    private let times: TimeReader

    init(_ reader: consuming LineReader, columns: LoadColumns) {
        self.reader = reader
        self.columns = columns
        times = TimeReader(unit: columns.timeUnit)
    }

    var nextOffset: Int { reader.nextOffset }
    var nextLine: Int { reader.line }
    var line: Int { reader.line }
    var rawRow: [UInt8] { Array(reader.bytes) }

    mutating func skip(to offset: Int, line: Int) throws {
        try reader.skip(to: offset, line: line)
    }

    mutating func next(into row: inout LoadRow) throws -> Bool {
        guard try reader.next() else { return false }
        let object = try JSONLine.object(reader.bytes)
        var names: [String] = []
        for name in columns.entity { names.append(try plainText(object, name)) }
        try row.setEntity(names.joined(separator: columns.entitySeparator))
        row.time = try times.read(plainText(object, columns.time).utf8Span.span)
        row.cells.removeAll(keepingCapacity: true)
        // A type that the row decides holds only once the whole row is fit.
        var decided: [(target: Int, type: ValueType)] = []
        for (index, target) in columns.targets.enumerated() {
            guard let member = object[target.column] else {
                if columns.missingIsNull { row.cells.append((target.handle, .null)) }
                continue
            }
            if isMissing(member) {
                if columns.missingIsNull { row.cells.append((target.handle, .null)) }
                continue
            }
            let value =
                if let type = target.type { try ValueReader.read(member, as: type) } else {
                    try ValueReader.read(member)
                }
            if target.type == nil, let type = value.type { decided.append((index, type)) }
            row.cells.append((target.handle, value))
        }
        for (index, type) in decided { columns.targets[index].type = type }
        return true
    }

    private func isMissing(_ value: JSONValue) -> Bool {
        guard !columns.missing.isEmpty else { return false }
        switch value {
        case .null: return columns.isMissing("null")
        case .string(let text): return columns.isMissing(text)
        case .number(let digits): return columns.isMissing(digits)
        default: return false
        }
    }

    /// A member that must be there: a text or a number.
    private func plainText(_ object: JSONValue, _ name: String) throws(Rejection) -> String {
        switch object[name] {
        case .string(let text), .number(let text): return text
        case nil, .null: throw Rejection("the member \"\(name)\" is missing")
        default: throw Rejection("the member \"\(name)\" is neither a text nor a number")
        }
    }
}
