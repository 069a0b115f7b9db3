internal import FStoreArrow

/// Writes what the accessors say: `batch column row value`, a line for each value.
func printValues() throws(ArrowError) {
    var text = ""
    for event in try events() {
        guard case .batch(let batch) = event else { continue }
        for column in batch.columns {
            for row in 0..<batch.rowCount { text += try describe(column, row) + "\n" }
        }
    }
    writeAll(Array(text.utf8))
}

func describe(_ column: ArrowColumn, _ row: Int) throws(ArrowError) -> String {
    if column.type.kind == .unsupported { return "unsupported" }
    if column.isNull(row) { return "null" }
    switch column.type.kind {
    case .bool: return "\(column.bool(at: row) == true)"
    case .float: return "\(column.double(at: row)?.bitPattern ?? 0)"
    case .integer:
        do throws(ArrowError) { return "\(try column.integer(at: row) ?? 0)" } catch { return "\(error.kind)" }
    case .time:
        do throws(ArrowError) { return "\(try column.timestampNanoseconds(at: row) ?? 0)" } catch {
            return "\(error.kind)"
        }
    case .text, .bytes:
        return "x" + (column.withBytes(at: row) { hex($0) } ?? "")
    case .floats:
        let elements = column.elements
        return (column.elements(at: row) ?? 0..<0)
            .map { "\(elements.double(at: $0)?.bitPattern.description ?? "null")" }
            .joined(separator: ",")
    case .null, .unsupported: return ""
    }
}

private func hex(_ bytes: Span<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    var text = ""
    for index in bytes.indices {
        text.append(digits[Int(bytes[index] >> 4)])
        text.append(digits[Int(bytes[index] & 15)])
    }
    return text
}
