/// Collects the values of a new column.
///
/// The type decides which `append` is right; another is a programming error and traps. Builders make these types:
///
/// | type | values |
/// |---|---|
/// | `float(.float64)` | ``append(double:)`` |
/// | `integer(.int64)`, `timestamp(.nanoseconds, …)` | ``append(integer:)`` |
/// | `bool` | ``append(bool:)`` |
/// | `utf8`, `binary` | ``append(text:)``, ``append(bytes:)`` |
/// | `fixedSizeList(.float32, count:)` | ``append(floats:)`` |
package struct ArrowColumnBuilder {
    /// The most bytes that all texts, or all binary values, of one column may have: their offsets have 32 bits.
    package static let maximumDataBytes = Int(Int32.max)

    package let field: ArrowField
    package private(set) var rowCount = 0
    private let layout: ColumnLayout
    private let listCount: Int
    private var nullCount = 0
    /// Empty until the first null.
    private var validity: [UInt8] = []
    /// Integers, times and the bits of doubles.
    private var words: [UInt64] = []
    private var bits: [UInt8] = []
    /// Where each text ends.
    private var ends: [Int32] = []
    private var data: [UInt8] = []
    private var floats: [Float] = []

    /// - Precondition: The type is one of those above.
    package init(_ field: ArrowField) {
        self.field = field
        layout = ColumnLayout(of: field)
        var count = 0
        switch field.type {
        case .float(.float64), .integer(.int64), .bool, .utf8, .binary, .timestamp(.nanoseconds, _): break
        case .fixedSizeList(.float32, let elements): count = elements
        default: preconditionFailure("columns of \(field.type) cannot be built")
        }
        listCount = count
    }

    /// How many bytes the texts or binary values have so far. Write the batch before they pass ``maximumDataBytes``.
    package var dataByteCount: Int { data.count }

    /// How many bytes the column takes up in a batch so far, to a few.
    package var byteCount: Int {
        validity.count + 8 * words.count + bits.count + 4 * ends.count + data.count + 4 * floats.count
    }

    package mutating func append(double value: Double) {
        precondition(layout == .float64, "a column of \(field.type) does not take a double")
        words.append(value.bitPattern)
        appendValid()
    }

    /// Appends an integer, or nanoseconds since 1970.
    package mutating func append(integer value: Int64) {
        precondition(layout == .int64, "a column of \(field.type) does not take an integer")
        words.append(UInt64(bitPattern: value))
        appendValid()
    }

    package mutating func append(bool value: Bool) {
        precondition(layout == .bool, "a column of \(field.type) does not take a boolean")
        appendBit(value, row: rowCount, to: &bits)
        appendValid()
    }

    /// - Precondition: ``dataByteCount`` stays within ``maximumDataBytes``.
    package mutating func append(text: String) {
        precondition(field.type == .utf8, "a column of \(field.type) does not take text")
        data.append(contentsOf: text.utf8)
        appendEnd()
    }

    /// Appends a binary value, or the UTF-8 of a text.
    ///
    /// - Precondition: ``dataByteCount`` stays within ``maximumDataBytes``.
    package mutating func append(bytes: Span<UInt8>) {
        precondition(layout == .offsets32, "a column of \(field.type) does not take bytes")
        data.append(copying: bytes)
        appendEnd()
    }

    /// - Precondition: There are as many as the type says.
    package mutating func append(floats: some Collection<Float>) {
        precondition(layout == .fixedList, "a column of \(field.type) does not take lists")
        precondition(floats.count == listCount, "a list of \(floats.count) numbers does not fit \(field.type)")
        self.floats.append(contentsOf: floats)
        appendValid()
    }

    /// - Precondition: The field is nullable.
    package mutating func appendNull() {
        precondition(field.isNullable, "the column \(field.name) cannot have nulls")
        switch layout {
        case .bool: appendBit(false, row: rowCount, to: &bits)
        case .offsets32: ends.append(Int32(data.count))
        case .fixedList: floats.append(contentsOf: repeatElement(0, count: listCount))
        default: words.append(0)
        }
        if nullCount == 0 {
            // All rows so far are valid.
            validity = [UInt8](repeating: 0xFF, count: (rowCount + 7) / 8)
            if rowCount % 8 != 0 { validity[validity.count - 1] = (1 << UInt8(rowCount % 8)) - 1 }
        }
        appendBit(false, row: rowCount, to: &validity)
        nullCount += 1
        rowCount += 1
    }

    /// Returns the column, and begins an empty one.
    package mutating func finish() -> ArrowColumn {
        let (bytes, buffers) = buffers()
        let column = ArrowColumn(field: field, rowCount: rowCount, bytes: bytes, buffers: buffers)
        rowCount = 0
        nullCount = 0
        validity.removeAll(keepingCapacity: true)
        words.removeAll(keepingCapacity: true)
        bits.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        data.removeAll(keepingCapacity: true)
        floats.removeAll(keepingCapacity: true)
        return column
    }

    private func buffers() -> ([UInt8], ColumnBuffers) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount + 16)
        var buffers = ColumnBuffers()
        switch layout {
        case .bool: bytes.append(contentsOf: bits)
        case .offsets32:
            bytes.append(integer: Int32(0))
            bytes.append(integers: ends)
            buffers.data = bytes.count..<bytes.count + data.count
            bytes.append(contentsOf: data)
        case .fixedList:
            bytes.append(integers: floats.map(\.bitPattern))
            var elements = ColumnBuffers()
            elements.values = 0
            buffers.elements = ArrowColumn(
                field: field.children[0],
                rowCount: floats.count,
                bytes: bytes,
                buffers: elements
            )
        default: bytes.append(integers: words)
        }
        if nullCount > 0 {
            buffers.validity = bytes.count
            bytes.append(contentsOf: validity)
        }
        return (bytes, buffers)
    }

    private mutating func appendEnd() {
        precondition(data.count <= Self.maximumDataBytes, "the texts of a column have more than 2³¹ - 1 bytes")
        ends.append(Int32(truncatingIfNeeded: data.count))
        appendValid()
    }

    private mutating func appendValid() {
        if nullCount > 0 { appendBit(true, row: rowCount, to: &validity) }
        rowCount += 1
    }

    private func appendBit(_ bit: Bool, row: Int, to bits: inout [UInt8]) {
        if row % 8 == 0 { bits.append(0) }
        if bit { bits[row / 8] |= 1 << UInt8(row % 8) }
    }
}
