/// Some rows of a stream.
package struct ArrowBatch: Sendable {
    package let rowCount: Int
    /// One for each field of the schema, in its order.
    package let columns: [ArrowColumn]

    /// - Precondition: Each column has `rowCount` rows.
    package init(rowCount: Int, columns: [ArrowColumn]) {
        precondition(columns.allSatisfy { $0.rowCount == rowCount }, "the columns must have the same number of rows")
        self.rowCount = rowCount
        self.columns = columns
    }

    /// Some of its rows, as a batch of their own. Copies no values.
    package subscript(rows: Range<Int>) -> ArrowBatch {
        ArrowBatch(rowCount: rows.count, columns: columns.map { $0[rows] })
    }

    /// The same rows with more columns behind the others.
    package func appending(_ columns: [ArrowColumn]) -> ArrowBatch {
        ArrowBatch(rowCount: rowCount, columns: self.columns + columns)
    }
}
