/// Takes the columns out of the body of a record batch, one after the other.
///
/// A column leaves here only when every access to its rows stays within the body. That costs one pass over offsets,
/// views and dictionary indexes.
struct BatchReader {
    private let header: BatchHeader
    private let body: [UInt8]
    private let checksText: Bool
    private var nextNode = 0
    private var nextBuffer = 0
    private var nextView = 0

    init(_ header: BatchHeader, body: [UInt8], checksText: Bool) {
        self.header = header
        self.body = body
        self.checksText = checksText
    }

    /// The columns of a schema.
    mutating func columns(
        of fields: [ArrowField],
        dictionaries: [Int64: ArrowDictionary]
    ) throws(ArrowError) -> [ArrowColumn] {
        try checkExtent(of: fields)
        var columns: [ArrowColumn] = []
        columns.reserveCapacity(fields.count)
        for field in fields {
            do throws(ArrowError) {
                let rowCount = header.nodes[nextNode].rowCount
                guard rowCount == header.rowCount else {
                    throw .malformed("it has \(rowCount) rows in a batch of \(header.rowCount)")
                }
                columns.append(try column(field, dictionaries: dictionaries))
            } catch {
                throw error.of(field.name)
            }
        }
        return columns
    }

    /// Whether the batch lists as many nodes and buffers as its columns need. All that is taken later is there then.
    private func checkExtent(of fields: [ArrowField]) throws(ArrowError) {
        let extent = fields.reduce(FieldExtent(nodes: 0, buffers: 0)) { $0 + $1.extent }
        guard header.nodes.count == extent.nodes else {
            throw .malformed("it lists \(header.nodes.count) columns; those of the schema are \(extent.nodes)")
        }
        guard header.viewBufferCounts.count == extent.views else {
            throw .malformed(
                "it lists \(header.viewBufferCounts.count) columns of views; those of the schema are \(extent.views)"
            )
        }
        let buffers = header.viewBufferCounts.reduce(extent.buffers) { $0 &+ $1 }
        guard header.buffers.count == buffers else {
            throw .malformed("it lists \(header.buffers.count) buffers; its columns need \(buffers)")
        }
    }

    private mutating func column(
        _ field: ArrowField,
        dictionaries: [Int64: ArrowDictionary]
    ) throws(ArrowError) -> ArrowColumn {
        let node = header.nodes[nextNode]
        var buffers = ColumnBuffers()
        let layout = ColumnLayout(of: field)
        if layout == .unsupported || layout == .null {
            skip(field.extent)
            return ArrowColumn(field: field, rowCount: node.rowCount, bytes: [], buffers: buffers)
        }
        nextNode += 1
        buffers.validity = try validity(node)
        switch layout {
        case .bool:
            buffers.values = try take(atLeast: (node.rowCount + 7) / 8, rows: node.rowCount)
        case .offsets32, .offsets64:
            try takeOffsets(layout, node, into: &buffers)
            buffers.data = try checkedData(layout, node, buffers)
        case .views:
            try takeViews(node, into: &buffers)
        case .list32, .list64:
            try takeOffsets(layout, node, into: &buffers)
            let elements = try column(field.children[0], dictionaries: [:])
            try OffsetCheck(layout, body, start: buffers.values, rows: node.rowCount).check(end: elements.rowCount)
            buffers.elements = elements
        case .fixedList:
            let elements = try column(field.children[0], dictionaries: [:])
            try checkFixedList(field, node, elements)
            buffers.elements = elements
        case .dictionary:
            try takeIndexes(field, node, dictionaries, into: &buffers)
        default:
            let width = if case .fixedSizeBinary(let width) = field.type { width } else { layout.width }
            buffers.values = try take(node.rowCount, of: width)
        }
        let column = ArrowColumn(field: field, rowCount: node.rowCount, bytes: body, buffers: buffers)
        if checksText, field.type.kind == .text, layout != .dictionary { try TextCheck(column).check() }
        return column
    }

    private mutating func skip(_ extent: FieldExtent) {
        nextNode += extent.nodes
        nextBuffer += extent.buffers
        for _ in 0..<extent.views {
            nextBuffer += header.viewBufferCounts[nextView]
            nextView += 1
        }
    }

    private mutating func take() -> Range<Int> {
        nextBuffer += 1
        return header.buffers[nextBuffer - 1]
    }

    /// The start of a buffer that has room for `rows` values of `width` bytes.
    private mutating func take(_ rows: Int, of width: Int) throws(ArrowError) -> Int {
        let (bytes, overflows) = rows.multipliedReportingOverflow(by: width)
        return try take(atLeast: overflows ? .max : bytes, rows: rows)
    }

    private mutating func take(atLeast bytes: Int, rows: Int) throws(ArrowError) -> Int {
        let buffer = take()
        guard buffer.count >= bytes else {
            throw .malformed("its \(rows) rows need \(bytes) bytes, but the buffer has \(buffer.count)")
        }
        return buffer.lowerBound
    }

    /// The bitmap of a column; `nil` when no row is null. The bitmap counts, whatever the node says about nulls:
    /// whoever writes 0 there may leave the bitmap out.
    private mutating func validity(_ node: BatchHeader.Node) throws(ArrowError) -> Int? {
        let buffer = take()
        if buffer.isEmpty, node.nullCount == 0 { return nil }
        // Dividing first: the claim may be the largest number there is.
        guard buffer.count >= node.rowCount / 8 + (node.rowCount % 8 == 0 ? 0 : 1) else {
            throw .malformed("its bitmap of nulls has \(buffer.count) bytes for \(node.rowCount) rows")
        }
        let nulls = Bitmap.zeroCount(body, start: buffer.lowerBound, first: 0, count: node.rowCount)
        return nulls == 0 ? nil : buffer.lowerBound
    }
}

extension BatchReader {
    /// A column without rows may leave its offsets out.
    private mutating func takeOffsets(
        _ layout: ColumnLayout,
        _ node: BatchHeader.Node,
        into buffers: inout ColumnBuffers
    ) throws(ArrowError) {
        let buffer = take()
        if node.rowCount == 0, buffer.count < layout.width {
            buffers.values = -1
            return
        }
        nextBuffer -= 1
        buffers.values = try take(node.rowCount &+ 1, of: layout.width)
    }

    private mutating func checkedData(
        _ layout: ColumnLayout,
        _ node: BatchHeader.Node,
        _ buffers: ColumnBuffers
    ) throws(ArrowError) -> Range<Int> {
        let data = take()
        try OffsetCheck(layout, body, start: buffers.values, rows: node.rowCount).check(end: data.count)
        return data
    }

    private mutating func takeViews(_ node: BatchHeader.Node, into buffers: inout ColumnBuffers) throws(ArrowError) {
        buffers.values = try take(node.rowCount, of: 16)
        for _ in 0..<header.viewBufferCounts[nextView] { buffers.viewBuffers.append(take()) }
        nextView += 1
        for row in 0..<node.rowCount {
            // What a null row points to is not defined, and never looked at.
            if let validity = buffers.validity, !Bitmap.isSet(body, start: validity, row) { continue }
            let view = buffers.values + 16 * row
            let count = Int(body.integer(Int32.self, at: view))
            if count >= 0, count <= 12 { continue }
            let number = Int(body.integer(Int32.self, at: view + 8))
            let start = Int(body.integer(Int32.self, at: view + 12))
            guard count >= 0, start >= 0, buffers.viewBuffers.indices.contains(number),
                start + count <= buffers.viewBuffers[number].count
            else { throw .malformed("row \(row) points outside of its buffers") }
        }
    }

    private func checkFixedList(
        _ field: ArrowField,
        _ node: BatchHeader.Node,
        _ elements: ArrowColumn
    ) throws(ArrowError) {
        guard case .fixedSizeList(_, let count) = field.type else { return }
        let (needed, overflows) = node.rowCount.multipliedReportingOverflow(by: count)
        guard !overflows, elements.rowCount >= needed else {
            throw .malformed("its \(node.rowCount) lists of \(count) elements have \(elements.rowCount) elements")
        }
    }

    private mutating func takeIndexes(
        _ field: ArrowField,
        _ node: BatchHeader.Node,
        _ dictionaries: [Int64: ArrowDictionary],
        into buffers: inout ColumnBuffers
    ) throws(ArrowError) {
        guard let encoding = field.dictionary else { return }
        buffers.values = try take(node.rowCount, of: ColumnLayout(encoding.index).width)
        // A stream may leave out a dictionary to which no row refers.
        let dictionary = dictionaries[encoding.id] ?? .empty
        buffers.dictionary = dictionary
        let column = ArrowColumn(field: field, rowCount: node.rowCount, bytes: body, buffers: buffers)
        for row in 0..<node.rowCount {
            if let validity = buffers.validity, !Bitmap.isSet(body, start: validity, row) { continue }
            let index = column.index(at: row)
            guard index >= 0, index < dictionary.count else {
                throw .malformed("row \(row) refers to value \(index) of a dictionary of \(dictionary.count)")
            }
        }
    }
}
