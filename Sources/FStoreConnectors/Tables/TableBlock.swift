package import FStore
package import FStoreArrow

/// Some rows of a table, which follow each other, column by column.
package struct TableBlock: Sendable {
    /// The number of the first row in the table, counted from 0.
    package let firstRow: Int
    package let rowCount: Int
    package let columns: [TableColumn]
    /// What a stream of Arrow says of the columns.
    let schema: ArrowSchema?

    /// The rows without what is in them.
    package var withoutColumns: TableBlock {
        TableBlock(firstRow: firstRow, rowCount: rowCount, columns: [], schema: nil)
    }

    package func column(_ name: String) -> TableColumn? { columns.first { $0.name == name } }

    /// Some of the rows, counted from the first one of this block.
    package subscript(rows: Range<Int>) -> TableBlock {
        if rows == 0..<rowCount { return self }
        return TableBlock(
            firstRow: firstRow + rows.lowerBound,
            rowCount: rows.count,
            columns: columns.map { $0[rows] },
            schema: schema
        )
    }
}

/// One column of a block.
package struct TableColumn: Sendable {
    package let name: String
    package let cells: Cells

    /// The cells as they came.
    package enum Cells: Sendable {
        case arrow(ArrowColumn)
        case texts(TextCells)
        /// There is no row.
        case none
        /// `nil` where an object does not have the member.
        case json(ArraySlice<JSONValue?>)
    }

    fileprivate subscript(rows: Range<Int>) -> TableColumn {
        let part: Cells =
            switch cells {
            case .arrow(let column): .arrow(column[rows])
            case .texts(let cells): .texts(cells[rows])
            case .none: .none
            case .json(let cells):
                .json(cells[cells.startIndex + rows.lowerBound..<cells.startIndex + rows.upperBound])
            }
        return TableColumn(name: name, cells: part)
    }

    /// A cell of JSON.
    func json(_ cells: ArraySlice<JSONValue?>, _ row: Int) -> JSONValue? { cells[cells.startIndex + row] }
}

/// The fields of a column of CSV.
package struct TextCells: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Where an empty field stood without quotes: there is no value.
    private var isMissing: [Bool] = []
    /// The first cell of this part of the column.
    private var first = 0

    package init() {}

    mutating func append(_ field: Span<UInt8>, isQuoted: Bool) {
        bytes.append(copying: field)
        ends.append(bytes.count)
        isMissing.append(field.isEmpty && !isQuoted)
    }

    package func isMissing(_ row: Int) -> Bool { isMissing[first + row] }

    package subscript(row: Int) -> ArraySlice<UInt8> {
        let place = first + row
        return bytes[(place == 0 ? 0 : ends[place - 1])..<ends[place]]
    }

    /// Some of the cells. They share the bytes.
    fileprivate subscript(rows: Range<Int>) -> TextCells {
        var part = self
        part.first += rows.lowerBound
        return part
    }
}

extension [UInt8] {
    init(copying span: Span<UInt8>) {
        self.init()
        append(copying: span)
    }
}
