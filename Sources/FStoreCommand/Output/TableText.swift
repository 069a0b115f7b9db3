internal import FStore

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
        for line in lines(withHeader: withHeader, terminalColumns: output.terminalColumns) { output.line(line) }
        rows = []
    }

    /// - Parameter terminalColumns: how many characters fit into a line. A table that is wider is shown field below
    ///   field: the terminal would break its lines in the middle of a time.
    func lines(withHeader: Bool, terminalColumns: Int?) -> [String] {
        let all = withHeader ? [columns] + rows : rows
        let widths = columns.indices.map { column in
            max(columns[column].count, all.map { $0[column].count }.max() ?? 0)
        }
        let width = widths.reduce(0, +) + 2 * (widths.count - 1)
        if let terminalColumns, width > terminalColumns, columns.count > 2 { return fields }
        return all.map { Self.aligned($0, widths) }
    }

    /// Each row as lines of name and value, with an empty line behind it.
    private var fields: [String] {
        let width = columns.map(\.count).max() ?? 0
        return rows.flatMap { row in zip(columns, row).map { Self.aligned([$0, $1], [width, 0]) } + [""] }
    }

    private static func aligned(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (cell, width) in zip(cells, widths) {
            line += cell + String(repeating: " ", count: max(0, width - cell.count) + 2)
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// One line, whatever is in the text.
    private static func printable(_ text: String) -> String {
        guard HiddenCharacters.areIn(text) else { return text }
        return text.unicodeScalars.map { $0.escaped(asASCII: HiddenCharacters.isHidden($0)) }.joined()
    }
}
