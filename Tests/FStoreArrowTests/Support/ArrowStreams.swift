import FStoreArrow

/// Reading whole streams, as the tests do it.
enum ArrowStreams {
    /// What a stream consists of.
    struct Contents {
        var schema: ArrowSchema?
        var batches: [ArrowBatch] = []
        var isEnded = false
    }

    /// Reads a stream that is pushed in pieces.
    static func read(
        _ stream: [UInt8],
        piece: Int = .max,
        limits: ArrowLimits = ArrowLimits(),
        checksText: Bool = true
    ) throws(ArrowError) -> Contents {
        var reader = ArrowStreamReader(limits: limits, checksText: checksText)
        var contents = Contents()
        var rest = stream[...]
        repeat {
            reader.push(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            while let event = try reader.next() {
                switch event {
                case .schema(let schema): contents.schema = schema
                case .batch(let batch): contents.batches.append(batch)
                case .end: contents.isEnded = true
                }
            }
        } while !rest.isEmpty
        try reader.finish()
        return contents
    }

    /// Why a stream is refused; `nil` when it is not.
    static func refusal(_ stream: [UInt8], limits: ArrowLimits = ArrowLimits()) -> ArrowError? {
        do throws(ArrowError) {
            _ = try read(stream, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    /// A stream of these batches.
    static func write(_ schema: ArrowSchema, _ batches: [ArrowBatch]) throws(ArrowError) -> [UInt8] {
        var stream: [UInt8] = []
        var writer = try ArrowStreamWriter(schema: schema, to: &stream)
        for batch in batches { try writer.write(batch, to: &stream) }
        writer.finish(to: &stream)
        return stream
    }

    /// All values of a column as text.
    static func values(_ column: ArrowColumn) -> [String] {
        (0..<column.rowCount)
            .map { row in
                if column.type.kind == .unsupported { return "unsupported" }
                if column.isNull(row) { return "null" }
                return value(column, row)
            }
    }

    private static func value(_ column: ArrowColumn, _ row: Int) -> String {
        do throws(ArrowError) {
            switch column.type.kind {
            case .bool: return "\(column.bool(at: row) ?? false)"
            case .integer: return "\(try column.integer(at: row) ?? 0)"
            case .float: return "\(column.double(at: row) ?? 0)"
            case .text: return column.text(at: row) ?? ""
            case .bytes:
                return column.withBytes(at: row) { bytes in "\(bytes.indices.map { bytes[$0] })" } ?? ""
            case .time: return "\(try column.timestampNanoseconds(at: row) ?? 0)"
            case .floats:
                let elements = column.elements
                let list = (column.elements(at: row) ?? 0..<0).map { elements.double(at: $0)?.description ?? "null" }
                return "[" + list.joined(separator: " ") + "]"
            case .null, .unsupported: return ""
            }
        } catch {
            return "\(error.kind)"
        }
    }
}
