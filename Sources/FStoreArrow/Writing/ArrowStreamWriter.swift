/// Writes an Arrow IPC stream: the schema, batches, the mark of the end.
///
///     var writer = try ArrowStreamWriter(schema: read.appending([new]), to: &bytes)
///     try writer.write(batch.appending([builder.finish()]), to: &bytes)
///     writer.finish(to: &bytes)
///
/// Columns that were read are written as they were: same type, nullability and metadata. A dictionary-encoded column
/// stays one. Its dictionary is written in front of the first batch that needs it, and again only when it has changed;
/// what a delta has added is written as a delta. Each column gets a dictionary of its own, even if two shared one.
///
/// The caller empties `bytes` whenever it likes, such as after each batch. To write other batches than were read, slice
/// them: the dictionaries stay the same ones.
package struct ArrowStreamWriter {
    package let schema: ArrowSchema
    /// The parts of each column's dictionary that readers have.
    private var written: [[ArrowDictionary.Part]]

    /// Writes the schema.
    ///
    /// Throws ``ArrowError/Kind/unsupported`` with the name and the type of a column that cannot be copied.
    package init(schema: ArrowSchema, to bytes: inout [UInt8]) throws(ArrowError) {
        self.schema = schema
        written = Array(repeating: [], count: schema.fields.count)
        var message = MessageWriter(.schema, bodyBytes: 0)
        try message.writeSchema(schema)
        message.write(to: &bytes)
    }

    /// Writes a batch, and in front of it the dictionaries that it needs.
    ///
    /// - Precondition: The columns are those of the schema in type and order. Their names may differ.
    package mutating func write(_ batch: ArrowBatch, to bytes: inout [UInt8]) throws(ArrowError) {
        precondition(batch.columns.count == schema.fields.count, "the batch has more or fewer columns than the schema")
        for (number, (column, field)) in zip(batch.columns, schema.fields).enumerated() {
            let isSame = column.type == field.type && column.field.dictionary?.index == field.dictionary?.index
            precondition(isSame, "the column \(column.name) has another type than the schema")
            if let dictionary = column.parts.dictionary { try write(dictionary, of: number, to: &bytes) }
        }
        var body = BodyWriter()
        for column in batch.columns { try body.append(column) }
        var message = MessageWriter(.batch, bodyBytes: body.body.count)
        message.writeBatch(rowCount: batch.rowCount, body)
        message.write(body: body.body, to: &bytes)
    }

    /// Writes the mark of the end.
    package func finish(to bytes: inout [UInt8]) { MessageWriter.writeEnd(to: &bytes) }

    private mutating func write(
        _ dictionary: ArrowDictionary,
        of column: Int,
        to bytes: inout [UInt8]
    ) throws(ArrowError) {
        let parts = dictionary.parts
        let known = written[column]
        let isKnown = known.count <= parts.count && zip(known, parts).allSatisfy { $0 === $1 }
        // A dictionary that has another beginning replaces what readers have.
        for (number, part) in parts.enumerated().dropFirst(isKnown ? known.count : 0) {
            var body = BodyWriter()
            try body.append(part.values)
            var message = MessageWriter(.dictionary, bodyBytes: body.body.count)
            message.writeDictionary(id: column, isDelta: number > 0, rowCount: part.values.rowCount, body)
            message.write(body: body.body, to: &bytes)
        }
        written[column] = parts
    }
}
