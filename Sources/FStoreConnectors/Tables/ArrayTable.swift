internal import FStore

/// The columns of a JSON body, cut into blocks.
final class ArrayTable: TableSource {
    private let columns: [(name: String, cells: [JSONValue])]
    private let rowCount: Int
    private var next = 0
    private var isBegun = false

    let heldBytes = 0

    /// - Parameter members: a name and an array each.
    init(_ members: [JSONMember]) throws(TableProblem) {
        var columns: [(name: String, cells: [JSONValue])] = []
        for member in members {
            guard case .array(let cells) = member.value else {
                throw TableProblem(column: "rows." + member.name.excerpt, "must be an array")
            }
            columns.append((member.name, cells))
        }
        let rowCount = columns.first?.cells.count ?? 0
        if let other = columns.first(where: { $0.cells.count != rowCount }) {
            throw TableProblem(
                column: "rows." + other.name.excerpt,
                "has \(other.cells.count) cells, and \(columns[0].name.excerpt) has \(rowCount)"
            )
        }
        self.columns = columns
        self.rowCount = rowCount
    }

    func append(_ chunk: Span<UInt8>) {}

    func finish() {}

    func next(_ mostRows: Int, from firstRow: Int) throws(TableProblem) -> (rows: Int, columns: [TableColumn])? {
        if isBegun, next == rowCount { return nil }
        isBegun = true
        let rows = next..<min(next + mostRows, rowCount)
        next = rows.upperBound
        return (
            rows.count,
            columns.map { TableColumn(name: $0.name, cells: .json($0.cells[rows].map { Optional($0) }[...])) }
        )
    }
}
