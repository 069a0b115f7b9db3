@testable internal import FStoreArrow

/// Arrow streams: whatever is changed in a valid one, it is read or refused, the same wherever it is cut, and what is
/// read can be written and read again.
enum ArrowTarget {
    /// A stream that has every type which a builder makes, with and without nulls, in two batches.
    private static let valid: [UInt8] = {
        let types: [(String, ArrowType)] = [
            ("d", .float(.float64)), ("i", .integer(.int64)), ("b", .bool), ("s", .utf8), ("y", .binary),
            ("t", .timestamp(.nanoseconds, zone: "UTC")), ("v", .fixedSizeList(.float32, count: 2)),
        ]
        let fields = types.map { ArrowField(name: $0.0, type: $0.1) }
        var bytes: [UInt8] = []
        guard var writer = try? ArrowStreamWriter(schema: ArrowSchema(fields: fields), to: &bytes) else { return [] }
        for rows in [3, 1] {
            let columns = fields.map { field in
                var builder = ArrowColumnBuilder(field)
                for row in 0..<rows { row == 1 ? builder.appendNull() : append(row, to: &builder) }
                return builder.finish()
            }
            try? writer.write(ArrowBatch(rowCount: rows, columns: columns), to: &bytes)
        }
        writer.finish(to: &bytes)
        return bytes
    }()

    private static func append(_ row: Int, to builder: inout ArrowColumnBuilder) {
        switch builder.field.type.kind {
        case .float: builder.append(double: Double(row) + 0.5)
        case .integer, .time: builder.append(integer: Int64(row))
        case .bool: builder.append(bool: row == 0)
        case .text: builder.append(text: "é\(row)")
        case .bytes: builder.append(bytes: [0, 255].span)
        case .floats: builder.append(floats: [1, Float(row)])
        case .null, .unsupported: builder.appendNull()
        }
    }

    /// The first byte says where the stream is cut; of the others, three each are a place in the stream and what is put
    /// there.
    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        var stream = valid
        var next = 1
        while next + 2 < bytes.count {
            let place = (Int(bytes[next]) << 8 | Int(bytes[next + 1])) % stream.count
            stream[place] = bytes[next + 2]
            next += 3
        }
        let whole = read([stream])
        let place = stream.count * Int(first) / 256
        let cut = read([Array(stream[..<place]), Array(stream[place...])])
        require(whole == cut, "the same is read, wherever bytes are cut")
    }

    /// What a reader finds, as text; of a stream that is refused, what came before.
    private static func read(_ parts: [[UInt8]]) -> [String] {
        var limits = ArrowLimits()
        limits.messageBytes = 1 << 16
        limits.rows = 1 << 12
        var reader = ArrowStreamReader(limits: limits)
        var found: [String] = []
        for part in parts {
            reader.push(part)
            do {
                while let event = try reader.next() {
                    switch event {
                    case .schema(let schema): found.append(schema.fields.map { "\($0.name) \($0.type)" }.joined())
                    case .batch(let batch):
                        found.append(batch.columns.map(text).joined())
                        copy(batch, reader.schema)
                    case .end: found.append("end")
                    }
                }
            } catch {
                return found + ["refused"]
            }
        }
        return found
    }

    /// Writes a batch, and reads the same again.
    private static func copy(_ batch: ArrowBatch, _ schema: ArrowSchema?) {
        guard let schema, schema.fields.allSatisfy({ $0.copyRefusal == nil }) else { return }
        var bytes: [UInt8] = []
        guard var writer = try? ArrowStreamWriter(schema: schema, to: &bytes) else { return }
        guard (try? writer.write(batch, to: &bytes)) != nil else { return }
        var reader = ArrowStreamReader()
        reader.push(bytes)
        var again: [String] = []
        while case .some(let event) = try? reader.next() {
            if case .batch(let copy) = event { again = copy.columns.map(text) }
        }
        require(again == batch.columns.map(text), "what was written is read")
    }

    /// All cells of a column.
    private static func text(_ column: ArrowColumn) -> String {
        (0..<column.rowCount)
            .map { row -> String in
                if column.isNull(row) { return "null" }
                switch column.type.kind {
                case .float: return "\(column.double(at: row)?.bitPattern ?? 0)"
                case .integer: return ((try? column.integer(at: row)).map { "\($0 ?? 0)" }) ?? "large"
                case .time: return ((try? column.timestampNanoseconds(at: row)).map { "\($0 ?? 0)" }) ?? "large"
                case .bool: return "\(column.bool(at: row) ?? false)"
                case .text, .bytes: return column.withBytes(at: row) { "\($0.count) \($0.isEmpty ? 0 : $0[0])" } ?? ""
                case .floats:
                    var floats: [Float] = []
                    _ = column.appendFloats(at: row, to: &floats)
                    return floats.map { "\($0.bitPattern)" }.joined(separator: " ")
                case .null, .unsupported: return "-"
                }
            }
            .joined(separator: ",")
    }
}
