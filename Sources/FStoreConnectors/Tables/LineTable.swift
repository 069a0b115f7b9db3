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
    private var isBegun = false
    /// Columns of one table, at most.
    private static let maxColumns = 10_000

    init(maxLineBytes: Int) {
        reader = LineReader(ByteWindow(), maxLineBytes: maxLineBytes)
    }

    var heldBytes: Int { reader.window.capacity }

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
                if rows == mostRows { return block() }
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
                throw TableProblem(row: row, column: member.name.excerpt, "is not in any of the first rows")
            } else if names.count == Self.maxColumns {
                throw TableProblem(row: row, "the table has more than \(Self.maxColumns) columns")
            } else {
                places[member.name] = names.count
                names.append(member.name)
                cells.append([JSONValue?](repeating: nil, count: rows) + [member.value])
            }
        }
        rows += 1
        for place in cells.indices where cells[place].count < rows { cells[place].append(nil) }
    }

    private func block() -> (rows: Int, columns: [TableColumn]) {
        let columns = names.indices.map { TableColumn(name: names[$0], cells: .json(cells[$0])) }
        let count = rows
        (rows, isBegun) = (0, true)
        cells = names.map { _ in [] }
        return (count, columns)
    }
}
