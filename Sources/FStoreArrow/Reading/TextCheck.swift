/// Whether the texts of a column are UTF-8.
struct TextCheck {
    private let column: ArrowColumn

    init(_ column: ArrowColumn) { self.column = column }

    func check() throws(ArrowError) {
        // It is several times faster to see that all bytes together are UTF-8, and that each text begins and ends where
        // a character does, than to look at each text. It holds for all but strange columns.
        if column.layout == .views ? areBuffersText : isOneText { return }
        var rest = 64 + 4 * column.bytes.count
        for row in 0..<column.rowCount {
            let isText = column.withBytes(at: row) { bytes in
                rest -= bytes.count
                return rest < 0 || Self.isText(bytes)
            }
            if isText == false { throw .malformed("the text in row \(row) is not UTF-8") }
            // Views may share their bytes. Only an attack would share many that are not UTF-8 beside them.
            if rest < 0 { throw .malformed("its buffers are not UTF-8, and its texts share their bytes") }
        }
    }

    private var isOneText: Bool {
        guard column.rowCount > 0 else { return true }
        let first = column.range(ofRow: 0).lowerBound
        let last = column.range(ofRow: column.rowCount - 1).upperBound
        guard Self.isText(column.bytes.span.extracting(first..<last)) else { return false }
        for row in 0..<column.rowCount where isInCharacter(column.range(ofRow: row).lowerBound, end: last) {
            return false
        }
        return true
    }

    private var areBuffersText: Bool {
        for buffer in column.parts.viewBuffers where !Self.isText(column.bytes.span.extracting(buffer)) { return false }
        for row in 0..<column.rowCount where !column.isNull(row) {
            let text = column.range(ofRow: row)
            if text.count <= 12 {
                if !Self.isText(column.bytes.span.extracting(text)) { return false }
                continue
            }
            let view = column.values + 16 * (column.first + row)
            let buffer = column.parts.viewBuffers[Int(column.bytes.integer(Int32.self, at: view + 8))]
            let isSplit = isInCharacter(text.lowerBound, end: buffer.upperBound)
            if isSplit || isInCharacter(text.upperBound, end: buffer.upperBound) { return false }
        }
        return true
    }

    /// Whether a place is in the middle of a character. Bytes of the form 10xxxxxx continue one.
    private func isInCharacter(_ place: Int, end: Int) -> Bool {
        place < end && column.bytes[place] & 0xC0 == 0x80
    }

    private static func isText(_ bytes: Span<UInt8>) -> Bool {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes)
            return true
        } catch {
            return false
        }
    }
}
