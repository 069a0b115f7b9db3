/// What the description of a record batch says, checked against its body.
struct BatchHeader {
    struct Node {
        let rowCount: Int
        let nullCount: Int
    }

    let rowCount: Int
    /// One for each column and each column below it.
    let nodes: [Node]
    /// Where each buffer lies in the body.
    let buffers: [Range<Int>]
    /// How many buffers each column of views has besides.
    let viewBufferCounts: [Int]

    init(_ table: FlatTableReader.Table, in tables: inout FlatTableReader, bodyBytes: Int, limits: ArrowLimits)
        throws(ArrowError)
    {
        guard let rowCount = Int(exactly: try tables.integer(table, 0, default: Int64(0))), rowCount >= 0 else {
            throw .malformed("its number of rows is negative")
        }
        guard rowCount <= limits.rows else {
            throw ArrowError(.tooLarge, "it has \(rowCount) rows, more than \(limits.rows); send smaller batches")
        }
        self.rowCount = rowCount
        if let compression = try tables.table(table, 3) {
            let name = try tables.integer(compression, 0, default: UInt8(0)) == 1 ? "ZSTD" : "LZ4"
            throw ArrowError(
                .unsupported,
                "it is compressed with \(name); write the stream without compression: "
                    + "`compression=None` in pyarrow's IpcWriteOptions, `compression=\"uncompressed\"` in polars"
            )
        }
        nodes = try Self.nodes(table, &tables)
        buffers = try Self.buffers(table, &tables, bodyBytes: bodyBytes)
        viewBufferCounts = try Self.viewBufferCounts(table, &tables, below: buffers.count)
    }

    private static func nodes(_ table: FlatTableReader.Table, _ tables: inout FlatTableReader) throws(ArrowError)
        -> [Node]
    {
        let vector = try tables.vector(table, 1, stride: 16)
        var nodes: [Node] = []
        nodes.reserveCapacity(vector.count)
        for index in 0..<vector.count {
            let rows = Int(tables.bytes.integer(Int64.self, at: vector.start + 16 * index))
            let nulls = Int(tables.bytes.integer(Int64.self, at: vector.start + 16 * index + 8))
            guard rows >= 0, nulls >= 0, nulls <= rows else {
                throw .malformed("it claims a column with \(rows) rows and \(nulls) nulls")
            }
            nodes.append(Node(rowCount: rows, nullCount: nulls))
        }
        return nodes
    }

    private static func buffers(
        _ table: FlatTableReader.Table,
        _ tables: inout FlatTableReader,
        bodyBytes: Int
    ) throws(ArrowError) -> [Range<Int>] {
        let vector = try tables.vector(table, 2, stride: 16)
        var buffers: [Range<Int>] = []
        buffers.reserveCapacity(vector.count)
        var rest = bodyBytes
        for index in 0..<vector.count {
            let start = Int(tables.bytes.integer(Int64.self, at: vector.start + 16 * index))
            let count = Int(tables.bytes.integer(Int64.self, at: vector.start + 16 * index + 8))
            guard start >= 0, count >= 0, count <= bodyBytes, start <= bodyBytes - count else {
                throw .malformed("buffer \(index) reaches outside of its body of \(bodyBytes) bytes")
            }
            // Thousands of columns that claim the same megabytes would take hours to check.
            rest -= count
            if rest < 0 { throw .malformed("its buffers overlap") }
            buffers.append(start..<start + count)
        }
        return buffers
    }

    private static func viewBufferCounts(
        _ table: FlatTableReader.Table,
        _ tables: inout FlatTableReader,
        below limit: Int
    ) throws(ArrowError) -> [Int] {
        let vector = try tables.vector(table, 4, stride: 8)
        var counts: [Int] = []
        counts.reserveCapacity(vector.count)
        for index in 0..<vector.count {
            let count = tables.bytes.integer(Int64.self, at: vector.start + 8 * index)
            guard count >= 0, count <= limit else { throw .malformed("it claims \(count) buffers for one column") }
            counts.append(Int(count))
        }
        return counts
    }
}
