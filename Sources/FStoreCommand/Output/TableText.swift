/// Rows under a header, aligned for people.
struct TableText {
    private let columns: [String]
    private var rows: [[String]] = []

    init(_ columns: String...) {
        self.columns = columns
    }

    mutating func add(_ cells: String...) {
        rows.append(cells.map(Self.printable))
    }

    /// Writes the table and forgets its rows, so that a long one can be written page by page.
    mutating func write(to output: Output, withHeader: Bool = true) {
        let all = withHeader ? [columns] + rows : rows
        let widths = columns.indices.map { column in
            max(columns[column].count, all.map { $0[column].count }.max() ?? 0)
        }
        for row in all {
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column + 1 < row.count {
                    line += String(repeating: " ", count: widths[column] - cell.count + 2)
                }
            }
            while line.last == " " { line.removeLast() }
            output.line(line)
        }
        rows = []
    }

    /// Control characters would move the cursor of a terminal, or worse.
    private static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        return text.unicodeScalars.map { $0.escaped(asASCII: false) }.joined()
    }
}
