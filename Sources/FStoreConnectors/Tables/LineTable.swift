internal import FStore
internal import FStoreText

/// Objects of NDJSON, column by column. The columns are the members of the objects of the first block, in the order of
/// their first occurrence.
final class LineTable: TableSource {
    private var reader: LineReader
    private var places: [String: Int] = [:]
    private var names: [String] = []
    private var cells: [[JSONValue?]] = []
    private var rows = 0
    /// Of the lines that wait.
    private var bytes = 0
    private var isBegun = false
    private var firstBlockRows = 0

    init(maxLineBytes: Int) {
        reader = LineReader(ByteWindow(), maxLineBytes: maxLineBytes)
    }

    /// A cell of JSON takes some twenty bytes, also where there is none.
    var heldBytes: Int { reader.window.capacity + 4 * bytes + rows * names.count * 24 }

    func append(_ chunk: Span<UInt8>) { reader.window.append(chunk) }

    func finish() { reader.window.finish() }

    func next(_ mostRows: Int, from firstRow: Int) throws(TableProblem) -> (rows: Int, columns: [TableColumn])? {
        while true {
            let step: RowStep
            do throws(InputError) { step = try reader.next() } catch {
                throw TableProblem(row: firstRow + rows, "\(error)")
            }
            switch step {
            case .needsMore: return nil
            case .end: return rows == 0 && isBegun ? nil : block()
            case .row:
                try readRow(firstRow + rows)
                let isFull = bytes > BlockLimits.bytes || rows * names.count > BlockLimits.cells
                if rows == mostRows || isFull { return block() }
            }
        }
    }

    private func readRow(_ row: Int) throws(TableProblem) {
        let object: JSONValue
        do throws(JSONError) { object = try JSONValue(reader.bytes) } catch {
            throw TableProblem(row: row, "is not valid JSON: \(error.description)")
        }
        guard case .object(let members) = object else { throw TableProblem(row: row, "is not an object") }
        for member in members {
            if let place = places[member.name] {
                cells[place].append(member.value)
            } else if isBegun {
                throw TableProblem(
                    row: row,
                    column: member.name.excerpt,
                    "is not in any of the first \(firstBlockRows) rows, which say what columns there are"
                )
            } else if names.count == BlockLimits.columns {
                throw TableProblem("the table has more than \(BlockLimits.columns) columns", isTooLarge: true)
            } else {
                places[member.name] = names.count
                names.append(member.name)
                cells.append([JSONValue?](repeating: nil, count: rows) + [member.value])
            }
        }
        rows += 1
        bytes += reader.bytes.count
        for place in cells.indices where cells[place].count < rows { cells[place].append(nil) }
    }

    private func block() -> (rows: Int, columns: [TableColumn]) {
        let columns = names.indices.map { TableColumn(name: names[$0], cells: .json(cells[$0][...])) }
        let count = rows
        if !isBegun { firstBlockRows = rows }
        (rows, bytes, isBegun) = (0, 0, true)
        cells = names.map { _ in [] }
        return (count, columns)
    }
}
