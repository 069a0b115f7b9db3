/// Puts columns into the body of a record batch.
///
/// A slice is written as if it were a column of its own: bitmaps are shifted and offsets begin at 0, so that a batch
/// holds only what its rows need.
struct BodyWriter {
    /// Buffers begin at multiples of this many bytes.
    static let alignment = 64

    private(set) var body: [UInt8] = []
    /// The length and the null count of each column.
    private(set) var nodes: [Int64] = []
    /// The place and the length of each buffer.
    private(set) var buffers: [Int64] = []
    private(set) var viewBufferCounts: [Int64] = []

    mutating func append(_ column: ArrowColumn) throws(ArrowError) {
        let nullCount = column.layout == .null ? column.rowCount : column.markedNullCount
        nodes += [Int64(column.rowCount), Int64(nullCount)]
        if column.layout == .null { return }
        buffer { body in
            if nullCount > 0 {
                Bitmap.append(
                    column.bytes,
                    start: column.validity,
                    first: column.first,
                    count: column.rowCount,
                    to: &body
                )
            }
        }
        switch column.layout {
        case .bool:
            buffer { body in
                let (start, first) = (column.values, column.first)
                Bitmap.append(column.bytes, start: start, first: first, count: column.rowCount, to: &body)
            }
        case .offsets32:
            let data = try offsets(Int32.self, column)
            bytes(column, data.lowerBound + column.data.lowerBound..<data.upperBound + column.data.lowerBound)
        case .offsets64:
            let data = try offsets(Int64.self, column)
            bytes(column, data.lowerBound + column.data.lowerBound..<data.upperBound + column.data.lowerBound)
        case .views: views(column)
        case .list32: try append(column.elements[try offsets(Int32.self, column)])
        case .list64: try append(column.elements[try offsets(Int64.self, column)])
        case .fixedList: try append(column.elements[column.elementRange(from: 0, count: column.rowCount)])
        default:
            let start = column.values + column.first * column.width
            bytes(column, start..<start + column.rowCount * column.width)
        }
    }

    private mutating func bytes(_ column: ArrowColumn, _ range: Range<Int>) {
        buffer { $0.append(contentsOf: column.bytes[range]) }
    }

    /// Writes a buffer and notes where it lies.
    private mutating func buffer(_ write: (inout [UInt8]) -> Void) {
        let start = body.count
        write(&body)
        buffers += [Int64(start), Int64(body.count - start)]
        body.pad(to: Self.alignment)
    }

    /// Writes the offsets of a column so that they begin at 0. Returns what they referred to.
    private mutating func offsets<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ type: Offset.Type,
        _ column: ArrowColumn
    ) throws(ArrowError) -> Range<Int> {
        if column.rowCount == 0 {
            buffer { $0.append(integer: Offset(0)) }
            return 0..<0
        }
        let width = Offset.bitWidth / 8
        let start = column.values + column.first * width
        let end = start + column.rowCount * width
        let first = column.bytes.integer(Offset.self, at: start)
        let last = column.bytes.integer(Offset.self, at: end)
        buffer { body in
            if first == 0 {
                body.append(contentsOf: column.bytes[start..<end + width])
            } else {
                let places = stride(from: start, through: end, by: width)
                body.append(integers: places.map { column.bytes.integer(Offset.self, at: $0) - first })
            }
        }
        return Int(first)..<Int(last)
    }
}

extension BodyWriter {
    /// Writes views, and one buffer with the bytes that they need.
    ///
    /// Views may share their bytes, so that one buffer for each view's own copy could be far larger than what was read.
    /// Then all buffers are written as they are.
    private mutating func views(_ column: ArrowColumn) {
        let rows = 0..<column.rowCount
        let long = rows.lazy.filter { !column.isNull($0) }.map { column.range(ofRow: $0).count }.filter { $0 > 12 }
        let needed = long.reduce(0, +)
        let present = column.parts.viewBuffers.reduce(0) { $0 + $1.count }
        let copiesAll = needed >= present || needed > Int(Int32.max)
        var data: [UInt8] = []
        var views: [UInt8] = []
        views.reserveCapacity(16 * column.rowCount)
        for row in rows {
            // What a null points to was never checked, so it is not copied.
            if column.isNull(row) {
                views.append(contentsOf: repeatElement(0, count: 16))
                continue
            }
            let view = column.values + 16 * (column.first + row)
            let range = column.range(ofRow: row)
            if copiesAll || range.count <= 12 {
                views.append(contentsOf: column.bytes[view..<view + 16])
            } else {
                views.append(contentsOf: column.bytes[view..<view + 8])
                views.append(integers: [Int32(0), Int32(data.count)])
                data.append(contentsOf: column.bytes[range])
            }
        }
        buffer { $0.append(contentsOf: views) }
        if copiesAll {
            viewBufferCounts.append(Int64(column.parts.viewBuffers.count))
            for range in column.parts.viewBuffers { bytes(column, range) }
        } else {
            viewBufferCounts.append(data.isEmpty ? 0 : 1)
            if !data.isEmpty { buffer { $0.append(contentsOf: data) } }
        }
    }
}
