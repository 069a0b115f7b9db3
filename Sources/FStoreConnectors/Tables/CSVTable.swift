internal import FStore

/// The rows of CSV, column by column.
final class CSVTable: TableSource {
    private var reader = CSVReader(ByteWindow())
    private var names: [String] = []
    private var cells: [TextCells] = []
    private var rows = 0
    /// Of the cells that wait.
    private var bytes = 0
    private var isBegun = false

    init() {}

    var heldBytes: Int { reader.window.capacity + bytes + rows * names.count * 9 }

    func append(_ chunk: Span<UInt8>) { reader.window.append(chunk) }

    func finish() { reader.window.finish() }

    func next(_ mostRows: Int, from firstRow: Int) throws(TableProblem) -> (rows: Int, columns: [TableColumn])? {
        while true {
            let step: RowStep
            do throws(InputError) { step = try reader.next() } catch { throw TableProblem("\(error)") }
            switch step {
            case .needsMore: return nil
            case .end:
                if names.isEmpty { throw TableProblem("the table is empty; a first line with the names is expected") }
                return rows == 0 && isBegun ? nil : block()
            case .row:
                if names.isEmpty {
                    try readHeader()
                } else {
                    try readRow(firstRow + rows)
                    let isFull = bytes > BlockLimits.bytes || rows * names.count > BlockLimits.cells
                    if rows == mostRows || isFull { return block() }
                }
            }
        }
    }

    private func readHeader() throws(TableProblem) {
        names = CSVHeader(reader).names
        if names.count > BlockLimits.columns {
            throw TableProblem("the table has more than \(BlockLimits.columns) columns", isTooLarge: true)
        }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            throw TableProblem(column: twice.excerpt, "occurs twice in the first line")
        }
        cells = names.map { _ in TextCells() }
    }

    private func readRow(_ row: Int) throws(TableProblem) {
        switch reader.flaw {
        case .textBehindQuote: throw TableProblem(row: row, "text stands behind a closing quote")
        case .largeField: throw TableProblem(row: row, "a field has more than \(CSVReader.maxFieldBytes) bytes")
        case nil: break
        }
        guard reader.fieldCount == names.count else {
            throw TableProblem(row: row, "has \(reader.fieldCount) fields, and the first line has \(names.count)")
        }
        for index in names.indices {
            let isQuoted = reader.isQuoted(index)
            let field = reader.field(index)
            bytes += field.count
            cells[index].append(field, isQuoted: isQuoted)
        }
        rows += 1
    }

    private func block() -> (rows: Int, columns: [TableColumn]) {
        let columns = names.indices.map { TableColumn(name: names[$0], cells: .texts(cells[$0])) }
        let count = rows
        (rows, bytes, isBegun) = (0, 0, true)
        cells = names.map { _ in TextCells() }
        return (count, columns)
    }
}
