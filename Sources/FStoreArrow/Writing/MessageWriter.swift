/// Frames messages: the mark, the size of the description, the description, the body.
struct MessageWriter {
    /// The number of a message's content in Arrow's `Message.fbs`.
    enum Content: UInt8 {
        case schema = 1
        case dictionary, batch
    }

    private var tables = FlatTableWriter()
    /// The position of the offset to the content's table, which is filled in later.
    private let content: Int

    init(_ content: Content, bodyBytes: Int) {
        // Version 4 stands for V5, the current format.
        let values: [FlatTableWriter.Value] = [.short(4), .byte(content.rawValue), .offset, .long(Int64(bodyBytes))]
        self.content = tables.root(values)[2]
    }

    mutating func writeSchema(_ schema: ArrowSchema) throws(ArrowError) {
        var writer = SchemaWriter(tables: tables)
        try writer.write(schema, at: content)
        tables = writer.tables
    }

    mutating func writeBatch(rowCount: Int, _ body: BodyWriter) {
        Self.writeBatch(rowCount: rowCount, body, at: content, &tables)
    }

    mutating func writeDictionary(id: Int, isDelta: Bool, rowCount: Int, _ body: BodyWriter) {
        let places = tables.table(at: content, [.long(Int64(id)), .offset, .bool(isDelta)])
        Self.writeBatch(rowCount: rowCount, body, at: places[1], &tables)
    }

    private static func writeBatch(
        rowCount: Int,
        _ body: BodyWriter,
        at place: Int,
        _ tables: inout FlatTableWriter
    ) {
        let hasViews = !body.viewBufferCounts.isEmpty
        let values: [FlatTableWriter.Value] = [
            .long(Int64(rowCount)), .offset, .offset, .absent, hasViews ? .offset : .absent,
        ]
        let places = tables.table(at: place, values)
        tables.longs(at: places[1], body.nodes, wordsPerElement: 2)
        tables.longs(at: places[2], body.buffers, wordsPerElement: 2)
        if hasViews { tables.longs(at: places[4], body.viewBufferCounts) }
    }

    /// Appends the message to `stream`. All parts have a multiple of 64 bytes, so that in a stream that begins at such
    /// an address each buffer does so too.
    func write(body: [UInt8] = [], to stream: inout [UInt8]) {
        let padded = (tables.bytes.count + 8 + BodyWriter.alignment - 1) / BodyWriter.alignment * BodyWriter.alignment
        stream.append(integer: UInt32.max)
        stream.append(integer: Int32(padded - 8))
        stream.append(contentsOf: tables.bytes)
        stream.append(contentsOf: repeatElement(0, count: padded - 8 - tables.bytes.count))
        stream.append(contentsOf: body)
    }

    static func writeEnd(to stream: inout [UInt8]) {
        stream.append(integer: UInt32.max)
        stream.append(integer: Int32(0))
    }
}
