/// The values of one column in one batch. Nothing is decoded before it is asked for.
///
/// Take the column out of its batch once, in front of the loop over its rows. Which accessor answers depends on
/// ``ArrowType/kind``. To call another is a programming error, and so is a row outside of `0..<rowCount`: both trap.
/// What the bytes of a stream say never traps: all that an accessor relies on was checked when the batch was read.
///
/// A dictionary-encoded column answers like one that has its values in the rows, but a value costs several times as
/// much: see ``dictionaryIndex(at:)``. A slice answers like a column of its own.
///
/// The column keeps the bytes of its whole message alive, a slice of it too.
@usableFromInline
package struct ArrowColumn: Sendable {
    /// Where nulls are marked.
    @usableFromInline
    enum Nulls: UInt8, Sendable {
        case none
        /// In the bitmap at ``ArrowColumn/validity``.
        case bitmap
        /// Nowhere: every row is null.
        case all
        /// In the dictionary, and in the bitmap if there is one.
        case dictionary
    }

    /// What a loop over rows does not need.
    @usableFromInline let parts: ColumnParts
    @usableFromInline package private(set) var rowCount: Int
    /// The row of the buffers at which this column begins. Not 0 in a slice.
    @usableFromInline private(set) var first = 0
    /// The body of the message, or what a builder has made.
    @usableFromInline let bytes: [UInt8]
    @usableFromInline let layout: ColumnLayout
    @usableFromInline let nulls: Nulls
    /// Where the validity bitmap begins; -1 when there is none.
    @usableFromInline let validity: Int
    /// Where the values begin, or the offsets, views or dictionary indexes.
    @usableFromInline let values: Int
    /// Bytes of one value in the buffer of values.
    @usableFromInline let width: Int
    /// What one step of a time is; 0 for other types.
    @usableFromInline let nanosecondsPerStep: Int64
    /// How the indexes of a dictionary lie.
    @usableFromInline let indexLayout: ColumnLayout
    /// Where the bytes lie that offsets refer to.
    @usableFromInline let data: Range<Int>

    init(field: ArrowField, rowCount: Int, bytes: [UInt8], buffers: ColumnBuffers) {
        parts = ColumnParts(field: field, buffers: buffers)
        self.rowCount = rowCount
        self.bytes = bytes
        layout = ColumnLayout(of: field)
        indexLayout = field.dictionary.map { ColumnLayout($0.index) } ?? .unsupported
        validity = buffers.validity ?? -1
        values = buffers.values
        data = buffers.data
        nanosecondsPerStep = field.type.nanosecondsPerStep
        width =
            switch field.type {
            case .fixedSizeBinary(let width) where layout == .fixedBytes: width
            case .fixedSizeList(_, let count): count
            default: layout == .dictionary ? indexLayout.width : layout.width
            }
        nulls =
            if layout == .null {
                .all
            } else if buffers.dictionary?.hasNulls == true {
                .dictionary
            } else {
                validity < 0 ? .none : .bitmap
            }
    }

    package var field: ArrowField { parts.field }
    package var name: String { parts.field.name }
    package var type: ArrowType { parts.field.type }

    /// Whether any row may be null. Without nulls a loop need not ask for each row.
    @inlinable package var mayHaveNulls: Bool { nulls != .none }

    @inlinable
    package func isNull(_ row: Int) -> Bool {
        precondition(row >= 0 && row < rowCount, "the column does not have this row")
        switch nulls {
        case .none: return false
        case .bitmap: return !isMarkedValid(first &+ row)
        case .all: return true
        case .dictionary: return isNullByDictionary(row)
        }
    }

    /// Some rows of this column, as a column of its own. Copies nothing.
    ///
    /// - Precondition: `rows` lies within `0..<rowCount`.
    package subscript(rows: Range<Int>) -> ArrowColumn {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "the column does not have these rows")
        var slice = self
        slice.first += rows.lowerBound
        slice.rowCount = rows.count
        return slice
    }

    /// How many rows are null.
    package var nullCount: Int {
        switch nulls {
        case .none: 0
        case .all: rowCount
        case .bitmap: markedNullCount
        case .dictionary: (0..<rowCount).count { isNull($0) }
        }
    }

    /// How many rows the bitmap marks as null.
    var markedNullCount: Int {
        validity < 0 ? 0 : Bitmap.zeroCount(bytes, start: validity, first: first, count: rowCount)
    }

    @inlinable
    @inline(__always)
    func isMarkedValid(_ place: Int) -> Bool {
        bytes[validity &+ place >> 3] >> UInt8(truncatingIfNeeded: place & 7) & 1 == 1
    }

    @usableFromInline
    @inline(never)
    func isNullByDictionary(_ row: Int) -> Bool {
        if validity >= 0, !isMarkedValid(first + row) { return true }
        guard let (part, place) = decoded(row) else { return true }
        return part.values.isNull(place)
    }

    /// The number that refers to the dictionary, of a row of the buffers.
    @inlinable
    func index(at place: Int) -> Int {
        let offset = values + place * width
        return switch indexLayout {
        case .int8: Int(bytes.integer(Int8.self, at: offset))
        case .int16: Int(bytes.integer(Int16.self, at: offset))
        case .int32: Int(bytes.integer(Int32.self, at: offset))
        case .uint8: Int(bytes.integer(UInt8.self, at: offset))
        case .uint16: Int(bytes.integer(UInt16.self, at: offset))
        case .uint32: Int(bytes.integer(UInt32.self, at: offset))
        default: Int(truncatingIfNeeded: bytes.integer(Int64.self, at: offset))
        }
    }
}
