package import FStoreArrow
internal import FStoreText

/// A column that an answer adds to the rows that were sent.
package struct AddedColumn: Sendable {
    package let column: ArrowColumn
    /// Whether its texts are JSON.
    package let isJSON: Bool

    package init(_ column: ArrowColumn, isJSON: Bool = false) {
        self.column = column
        self.isJSON = isJSON
    }
}

/// Writes blocks of a table, with columns that are added to them.
///
/// Cells of the format that is written come out as they came. Of other formats: in Arrow, cells that came as text are
/// `utf8`; in CSV and NDJSON, numbers, times and texts of Arrow columns are written as this server writes them.
package struct TableWriter {
    private let format: TableFormat
    private var arrow: ArrowStreamWriter?
    private var isBegun = false
    /// The arrays of ``TableFormat/json`` as far as they are written.
    private var arrays: [[UInt8]] = []

    package init(_ format: TableFormat) {
        self.format = format
    }

    /// Writes the rows of a block. The first one decides which columns there are.
    ///
    /// - Parameter spill: called after each row of text with what is written, which it may take away. A row can be much
    ///   larger as text than it was in a dictionary.
    package mutating func write(
        _ block: TableBlock,
        adding added: [AddedColumn],
        to bytes: inout [UInt8],
        spill: (inout [UInt8], _ held: Int) throws -> Void
    ) throws {
        switch format {
        case .arrow: try writeBatch(block, added, &bytes)
        case .csv: try writeRows(block, added, &bytes, spill)
        case .ndjson: try writeObjects(block, added, &bytes, spill)
        case .json: try writeArrays(block, added, &bytes, spill)
        }
        isBegun = true
        try spill(&bytes, heldBytes)
    }

    /// Writes what ends the table.
    package func finish(to bytes: inout [UInt8]) {
        arrow?.finish(to: &bytes)
        guard format == .json else { return }
        bytes += "{\"rows\":{".utf8
        for (index, array) in arrays.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += array
            bytes.append(UInt8(ascii: "]"))
        }
        bytes += "}}\n".utf8
    }

    /// Bytes that wait for ``finish(to:)``: arrays are written one behind the other.
    package var heldBytes: Int { arrays.reduce(0) { $0 + $1.count } }

    // MARK: Arrow

    private mutating func writeBatch(
        _ block: TableBlock,
        _ added: [AddedColumn],
        _ bytes: inout [UInt8]
    ) throws(TableProblem) {
        do throws(ArrowError) {
            let new = added.map(\.column.field)
            let columns = block.columns.map { $0.arrowColumn(rows: block.rowCount) }
            if arrow == nil {
                let schema = block.schema?.appending(new) ?? ArrowSchema(fields: columns.map(\.field) + new)
                arrow = try ArrowStreamWriter(schema: schema, to: &bytes)
            }
            if block.rowCount == 0 { return }
            let all = columns + added.map(\.column)
            try arrow?.write(ArrowBatch(rowCount: block.rowCount, columns: all), to: &bytes)
        } catch {
            throw TableProblem(column: error.column, error.reason)
        }
    }

    // MARK: Text

    private mutating func writeRows(
        _ block: TableBlock,
        _ added: [AddedColumn],
        _ bytes: inout [UInt8],
        _ spill: (inout [UInt8], _ held: Int) throws -> Void
    ) throws {
        if !isBegun { CSVText.append(row: block.columns.map(\.name) + added.map(\.column.name), to: &bytes) }
        var cell: [UInt8] = []
        for row in 0..<block.rowCount {
            let start = bytes.count
            for (index, column) in block.columns.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                try column.appendField(row, of: block, to: &bytes, &cell)
            }
            for (index, column) in added.enumerated() {
                if index > 0 || !block.columns.isEmpty { bytes.append(UInt8(ascii: ",")) }
                try column.column.appendField(row, of: block, to: &bytes, &cell)
            }
            // An empty line is no row.
            if bytes.count == start { bytes += "\"\"".utf8 }
            bytes.append(UInt8(ascii: "\n"))
            try spill(&bytes, 0)
        }
    }

    private mutating func writeArrays(
        _ block: TableBlock,
        _ added: [AddedColumn],
        _ bytes: inout [UInt8],
        _ spill: (inout [UInt8], _ held: Int) throws -> Void
    ) throws {
        if !isBegun {
            let names = block.columns.map(\.name) + added.map(\.column.name)
            arrays = names.map { Self.name($0) + [UInt8(ascii: "[")] }
        }
        for row in 0..<block.rowCount {
            for index in arrays.indices {
                if block.firstRow + row > 0 { arrays[index].append(UInt8(ascii: ",")) }
                if index < block.columns.count {
                    try block.columns[index].appendJSON(row, of: block, to: &arrays[index])
                } else {
                    let column = added[index - block.columns.count]
                    try column.column.appendJSON(row, of: block, isJSON: column.isJSON, to: &arrays[index])
                }
            }
            try spill(&bytes, heldBytes)
        }
    }

    /// A name of a member, with its colon.
    private static func name(_ name: String) -> [UInt8] {
        var text: [UInt8] = []
        JSONText.append(name, to: &text)
        return text + [UInt8(ascii: ":")]
    }

    private mutating func writeObjects(
        _ block: TableBlock,
        _ added: [AddedColumn],
        _ bytes: inout [UInt8],
        _ spill: (inout [UInt8], _ held: Int) throws -> Void
    ) throws {
        let names = (block.columns.map(\.name) + added.map(\.column.name)).map(Self.name)
        for row in 0..<block.rowCount {
            var isFirst = true
            for (index, column) in block.columns.enumerated() where column.hasMember(row) {
                bytes.append(UInt8(ascii: isFirst ? "{" : ","))
                isFirst = false
                bytes += names[index]
                try column.appendJSON(row, of: block, to: &bytes)
            }
            for (index, column) in added.enumerated() {
                bytes.append(UInt8(ascii: isFirst ? "{" : ","))
                isFirst = false
                bytes += names[block.columns.count + index]
                try column.column.appendJSON(row, of: block, isJSON: column.isJSON, to: &bytes)
            }
            bytes += isFirst ? "{}\n".utf8 : "}\n".utf8
            try spill(&bytes, 0)
        }
    }
}
