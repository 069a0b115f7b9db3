package import FStore
internal import FStoreArrow

/// Reads a table that is pushed chunk by chunk, block by block, in bounded memory.
///
/// ```swift
/// let reader = TableReader(.csv, blockRows: 10_000)
/// for try await chunk in body {
///     reader.append(chunk.span)
///     while let block = try reader.next() { … }
/// }
/// reader.finish()
/// while let block = try reader.next() { … }
/// ```
package final class TableReader {
    private let source: any TableSource
    private let blockRows: Int
    private var nextRow = 0

    /// The longest line of JSON, in bytes.
    private static let maxLineBytes = 1 << 20

    /// - Parameters:
    ///   - blockRows: rows of a block, at most.
    ///   - mostMessageBytes: bytes of one message of an Arrow stream, at most.
    ///   - columns: the arrays of ``TableFormat/json``, which is not pushed.
    package init(_ format: TableFormat, blockRows: Int, mostMessageBytes: Int, columns: [JSONMember] = [])
        throws(TableProblem)
    {
        self.blockRows = blockRows
        source =
            switch format {
            case .arrow: ArrowTable(mostMessageBytes: mostMessageBytes)
            case .csv: CSVTable()
            case .ndjson: LineTable(maxLineBytes: Self.maxLineBytes)
            case .json: try ArrayTable(columns)
            }
    }

    /// Memory of what was taken and is not read yet, about.
    package var heldBytes: Int { source.heldBytes }

    /// Takes a chunk. Nothing is read of it before ``next()``.
    package func append(_ chunk: Span<UInt8>) { source.append(chunk) }

    /// No chunk follows.
    package func finish() { source.finish() }

    /// The next block; `nil` when more bytes are needed, or at the end. The last block has what is left.
    ///
    /// The first block comes also when the table has no row: it has the columns.
    package func next() throws(TableProblem) -> TableBlock? {
        guard let found = try source.next(blockRows, from: nextRow) else { return nil }
        defer { nextRow += found.rows }
        return TableBlock(firstRow: nextRow, rowCount: found.rows, columns: found.columns, schema: source.schema)
    }
}

extension TableSource {
    var schema: ArrowSchema? { nil }
}

/// Where a block ends, besides at its rows: whatever the rows are like, a block fits into memory.
enum BlockLimits {
    /// Bytes of cells that came as text.
    static let bytes = 8 << 20
    static let cells = 1_000_000
    /// Columns of one table.
    static let columns = 10_000
}

/// A table in one of the formats.
protocol TableSource: AnyObject {
    /// What a stream of Arrow says of its columns; `nil` for other formats, and before it is read.
    var schema: ArrowSchema? { get }

    var heldBytes: Int { get }

    func append(_ chunk: Span<UInt8>)

    func finish()

    /// - Parameters:
    ///   - mostRows: rows of the block, at most.
    ///   - firstRow: the number of its first row.
    func next(_ mostRows: Int, from firstRow: Int) throws(TableProblem) -> (rows: Int, columns: [TableColumn])?
}
