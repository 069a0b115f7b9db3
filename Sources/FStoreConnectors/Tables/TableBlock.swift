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
        case json([JSONValue?])
    }
}

/// The fields of a column of CSV.
package struct TextCells: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Where an empty field stood without quotes: there is no value.
    private var isMissing: [Bool] = []

    package init() {}

    mutating func append(_ field: Span<UInt8>, isQuoted: Bool) {
        for index in field.indices { bytes.append(field[index]) }
        ends.append(bytes.count)
        isMissing.append(field.isEmpty && !isQuoted)
    }

    package func isMissing(_ row: Int) -> Bool { isMissing[row] }

    package subscript(row: Int) -> ArraySlice<UInt8> { bytes[(row == 0 ? 0 : ends[row - 1])..<ends[row]] }
}

extension Array<UInt8> {
    init(copying span: Span<UInt8>) {
        self.init()
        append(copying: span)
    }

    mutating func append(copying span: Span<UInt8>) {
        reserveCapacity(count + span.count)
        for index in span.indices { append(span[index]) }
    }
}
