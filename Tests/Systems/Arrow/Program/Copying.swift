internal import FStoreArrow

/// Writes the stream again with two columns appended: the number of each row, and a status that is null in odd rows.
func copy(rows: Int, piece: Int) throws(ArrowError) {
    var bytes: [UInt8] = []
    var writer: ArrowStreamWriter?
    var number = ArrowColumnBuilder(ArrowField(name: "fstore_row", type: .integer(.int64), isNullable: false))
    var status = ArrowColumnBuilder(ArrowField(name: "fstore_status", type: .utf8))
    var row: Int64 = 0
    for event in try events(piece: piece) {
        switch event {
        case .schema(let schema):
            writer = try ArrowStreamWriter(schema: schema.appending([number.field, status.field]), to: &bytes)
        case .batch(let batch):
            var start = 0
            repeat {
                let end = rows == 0 ? batch.rowCount : min(batch.rowCount, start + rows)
                for _ in start..<end {
                    number.append(integer: row)
                    if row % 2 == 0 { status.append(text: "ok") } else { status.appendNull() }
                    row += 1
                }
                try writer?.write(batch[start..<end].appending([number.finish(), status.finish()]), to: &bytes)
                start = end
            } while start < batch.rowCount
        case .end: break
        }
    }
    writer?.finish(to: &bytes)
    writeAll(bytes)
}

/// Writes the columns again from their values, through builders.
func build() throws(ArrowError) {
    var bytes: [UInt8] = []
    var writer: ArrowStreamWriter?
    var builders: [ArrowColumnBuilder] = []
    for event in try events() {
        switch event {
        case .schema(let schema):
            builders = schema.fields.map { ArrowColumnBuilder($0) }
            writer = try ArrowStreamWriter(schema: schema, to: &bytes)
        case .batch(let batch):
            for (index, column) in batch.columns.enumerated() { try fill(&builders[index], from: column) }
            let columns = builders.indices.map { builders[$0].finish() }
            try writer?.write(ArrowBatch(rowCount: batch.rowCount, columns: columns), to: &bytes)
        case .end: break
        }
    }
    writer?.finish(to: &bytes)
    writeAll(bytes)
}

private func fill(_ builder: inout ArrowColumnBuilder, from column: ArrowColumn) throws(ArrowError) {
    var floats: [Float] = []
    for row in 0..<column.rowCount {
        if column.isNull(row) {
            builder.appendNull()
            continue
        }
        switch column.type.kind {
        case .bool: builder.append(bool: column.bool(at: row) == true)
        case .float: builder.append(double: column.double(at: row) ?? 0)
        case .integer: builder.append(integer: try column.integer(at: row) ?? 0)
        case .time: builder.append(integer: try column.timestampNanoseconds(at: row) ?? 0)
        case .text: builder.append(text: column.text(at: row) ?? "")
        case .bytes: _ = column.withBytes(at: row) { builder.append(bytes: $0) }
        case .floats:
            floats.removeAll()
            if column.appendFloats(at: row, to: &floats) == nil { fail("a list has nulls") }
            builder.append(floats: floats)
        case .null, .unsupported: fail("cannot build \(column.type)")
        }
    }
}
