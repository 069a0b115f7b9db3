internal import FStore

/// The rows of CSV, column by column.
final class CSVTable: TableSource {
    private var reader = CSVReader(ByteWindow())
    private var names: [String] = []
    private var cells: [TextCells] = []
    private var rows = 0
    private var isBegun = false

    init() {}

    var heldBytes: Int { reader.window.capacity }

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
                    if rows == mostRows { return block() }
                }
            }
        }
    }

    private func readHeader() throws(TableProblem) {
        names = CSVHeader(reader).names
        if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
            throw TableProblem(column: names[twice].excerpt, "occurs twice in the first line")
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
            cells[index].append(reader.field(index), isQuoted: isQuoted)
        }
        rows += 1
    }

    private func block() -> (rows: Int, columns: [TableColumn]) {
        let columns = names.indices.map { TableColumn(name: names[$0], cells: .texts(cells[$0])) }
        let count = rows
        (rows, isBegun) = (0, true)
        cells = names.map { _ in TextCells() }
        return (count, columns)
    }
}
