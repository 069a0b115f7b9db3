internal import FStore
internal import FStoreArrow
internal import FStoreText

/// Cells of any format as the others write them.
extension TableColumn {
    /// Whether the object of a row has the member.
    func hasMember(_ row: Int) -> Bool {
        if case .json(let cells) = cells { json(cells, row) != nil } else { true }
    }

    /// Appends a cell as JSON.
    func appendJSON(_ row: Int, of block: TableBlock, to bytes: inout [UInt8]) throws(TableProblem) {
        switch cells {
        case .arrow(let column): try column.appendJSON(row, of: block, to: &bytes)
        case .json(let cells): JSONText.append(json(cells, row) ?? .null, to: &bytes)
        case .texts(let cells):
            if cells.isMissing(row) {
                bytes += "null".utf8
            } else {
                JSONText.append(String(decoding: cells[row], as: UTF8.self), to: &bytes)
            }
        case .none: break
        }
    }

    /// Appends a cell as a field of CSV.
    ///
    /// - Parameter cell: room that is used again.
    func appendField(
        _ row: Int,
        of block: TableBlock,
        to bytes: inout [UInt8],
        _ cell: inout [UInt8]
    ) throws(TableProblem) {
        switch cells {
        case .arrow(let column): try column.appendField(row, of: block, to: &bytes, &cell)
        case .texts(let cells):
            let field = cells[row]
            if field.isEmpty, !cells.isMissing(row) { bytes += "\"\"".utf8 } else { CSVText.append(field, to: &bytes) }
        case .json(let cells):
            switch json(cells, row) {
            case nil, .null: break
            case .string(let text) where text.isEmpty: bytes += "\"\"".utf8
            case .string(let text): CSVText.append(text.utf8, to: &bytes)
            case let value?:
                cell.removeAll(keepingCapacity: true)
                JSONText.append(value, to: &cell)
                CSVText.append(cell, to: &bytes)
            }
        case .none: break
        }
    }

    /// The cells as a column of Arrow: those that are none become texts.
    func arrowColumn(rows: Int) -> ArrowColumn {
        if case .arrow(let column) = cells { return column }
        var builder = ArrowColumnBuilder(ArrowField(name: name, type: .utf8))
        for row in 0..<rows {
            switch cells {
            case .texts(let cells):
                if cells.isMissing(row) {
                    builder.appendNull()
                } else {
                    builder.append(text: String(decoding: cells[row], as: UTF8.self))
                }
            case .json(let cells):
                switch json(cells, row) {
                case nil, .null: builder.appendNull()
                case .string(let text): builder.append(text: text)
                case let value?:
                    var text: [UInt8] = []
                    JSONText.append(value, to: &text)
                    builder.append(text: String(decoding: text, as: UTF8.self))
                }
            case .arrow, .none: break
            }
        }
        return builder.finish()
    }
}

extension ArrowColumn {
    /// Appends a cell as JSON: times and binary values as texts, NaN and infinity as null.
    ///
    /// - Parameter isJSON: whether texts are JSON already.
    func appendJSON(
        _ row: Int,
        of block: TableBlock,
        isJSON: Bool = false,
        to bytes: inout [UInt8]
    ) throws(TableProblem) {
        switch type.kind {
        case .text where isJSON:
            if isNull(row) { bytes += "null".utf8 } else { _ = withBytes(at: row) { bytes.append(copying: $0) } }
        case .text where !isNull(row):
            JSONText.append(text(at: row) ?? "", to: &bytes)
        default:
            guard let value = try value(row, of: block) else {
                bytes += "null".utf8
                return
            }
            JSONText.append(value, to: &bytes)
        }
    }

    /// Appends a cell as a field of CSV; nothing where there is no value.
    func appendField(
        _ row: Int,
        of block: TableBlock,
        to bytes: inout [UInt8],
        _ cell: inout [UInt8]
    ) throws(TableProblem) {
        guard let value = try value(row, of: block) else { return }
        switch value {
        case .string(let text): text.isEmpty ? bytes += "\"\"".utf8 : CSVText.append(text.utf8, to: &bytes)
        case .bytes(let octets) where octets.isEmpty: bytes += "\"\"".utf8
        case .timestamp, .bytes, .bool, .int64: bytes += value.text.utf8
        default:
            cell.removeAll(keepingCapacity: true)
            JSONText.append(value, to: &cell)
            CSVText.append(cell, to: &bytes)
        }
    }

    /// A cell as a value; `nil` where there is none that a text could tell.
    private func value(_ row: Int, of block: TableBlock) throws(TableProblem) -> FeatureValue? {
        if isNull(row) { return nil }
        switch type.kind {
        case .null: return nil
        case .bool: return bool(at: row).map { .bool($0) }
        case .integer:
            do throws(ArrowError) {
                return try integer(at: row).map { .int64($0) }
            } catch {
                throw TableProblem(row: block.firstRow + row, column: name, error.reason)
            }
        case .float: return double(at: row).flatMap { $0.isFinite ? .float64($0) : nil }
        case .text: return text(at: row).map { .string($0) }
        case .bytes: return withBytes(at: row) { .bytes(Array(copying: $0)) }
        case .time:
            do throws(ArrowError) {
                return try timestampNanoseconds(at: row).map { .timestamp(Timestamp(nanoseconds: $0)) }
            } catch {
                throw TableProblem(row: block.firstRow + row, column: name, error.reason)
            }
        case .floats:
            var floats: [Float] = []
            return appendFloats(at: row, to: &floats) == nil ? nil : .vector(floats)
        case .unsupported:
            throw TableProblem(column: name, "columns of \(type) cannot be passed on; leave the column out")
        }
    }
}
