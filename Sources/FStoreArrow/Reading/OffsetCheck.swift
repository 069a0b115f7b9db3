/// Whether the offsets of a column rise, and stay within what they refer to.
struct OffsetCheck {
    private let layout: ColumnLayout
    private let body: [UInt8]
    private let start: Int
    private let rows: Int

    /// - Parameter start: The position of the first offset; -1 if a column without rows left its offsets out.
    init(_ layout: ColumnLayout, _ body: [UInt8], start: Int, rows: Int) {
        self.layout = layout
        self.body = body
        self.start = start
        self.rows = rows
    }

    func check(end: Int) throws(ArrowError) {
        if start < 0 { return }
        let isFine = layout.width == 4 ? rise(Int32.self, end: end) : rise(Int64.self, end: end)
        if !isFine { throw .malformed("its offsets do not rise from 0 to at most \(end)") }
    }

    /// One pass without a branch per row: the bits of all differences are joined, and the highest tells if any was
    /// negative.
    private func rise<Offset: FixedWidthInteger & BitwiseCopyable>(_ type: Offset.Type, end: Int) -> Bool {
        let width = Offset.bitWidth / 8
        var last = body.integer(Offset.self, at: start)
        var signs = last
        for row in 1..<rows + 1 {
            let offset = body.integer(Offset.self, at: start &+ row &* width)
            // Offsets are not negative, so that a difference cannot overflow unless a sign is seen anyway.
            signs |= offset | (offset &- last)
            last = offset
        }
        return signs >= 0 && Int(last) <= end
    }
}
