internal import FStore
internal import FStoreText

/// Rows of a CSV file with a header.
struct CSVRowSource: RowSource, ~Copyable {
    private var reader: CSVReader
    private let columns: LoadColumns
    private let entityIndices: [Int]
    private let timeIndex: Int
    private let targets: [(index: Int, handle: FeatureHandle, type: ValueType)]
    private let fieldCount: Int
    private let times: TimeReader

    /// Reads the header and finds the columns in it.
    init(_ reader: consuming CSVReader, columns: LoadColumns) throws {
        guard try reader.next() else {
            throw CommandError(.badData, "no_header", "the input is empty: a header is expected")
        }
        let header = CSVHeader(reader)
        let entityIndices = try columns.entity.map { try header.index($0) }
        let timeIndex = try header.index(columns.time)
        let targets = try columns.targets.map { target in
            (index: try header.index(target.column), handle: target.handle, type: target.type ?? .float64)
        }
        self.columns = columns
        self.entityIndices = entityIndices
        self.timeIndex = timeIndex
        self.targets = targets
        fieldCount = header.names.count
        times = TimeReader(unit: columns.timeUnit)
        self.reader = reader
    }

    var nextOffset: Int { reader.nextOffset }
    var nextLine: Int { reader.nextLine }
    var line: Int { reader.line }
    var rawRow: [UInt8] { reader.rawRow }

    mutating func skip(to offset: Int, line: Int) throws {
        try reader.skip(to: offset, line: line)
    }

    mutating func next(into row: inout LoadRow) throws -> Bool {
        guard try reader.next() else { return false }
        switch reader.flaw {
        case .textBehindQuote: throw Rejection("text stands behind a closing quote")
        case .largeField: throw Rejection("a field has more than \(CSVReader.maxFieldBytes) bytes")
        case nil: break
        }
        guard reader.fieldCount == fieldCount else {
            throw Rejection("the row has \(reader.fieldCount) fields, the header \(fieldCount)")
        }
        try row.setEntity(try entity())
        row.time = try times.read(reader.field(timeIndex))
        row.cells.removeAll(keepingCapacity: true)
        for target in targets {
            let text = reader.field(target.index)
            if columns.isMissing(text) {
                if columns.missingIsNull { row.cells.append((target.handle, .null)) }
            } else {
                row.cells.append((target.handle, try ValueReader.read(text, as: target.type)))
            }
        }
        return true
    }

    private func entity() throws(Rejection) -> String {
        var joined = ""
        for (position, index) in entityIndices.enumerated() {
            let text = reader.field(index)
            if columns.isMissing(text) { throw Rejection("the entity is missing") }
            guard let valid = NumberText.text(text) else { throw Rejection("the entity's name is not valid UTF-8") }
            joined = position == 0 ? valid : joined + columns.entitySeparator + valid
        }
        return joined
    }
}
