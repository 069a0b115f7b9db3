@testable import FStoreArrow
import Testing

@Suite("Times of a column")
struct ArrowTimeTests {
    private static func column(_ type: ArrowType, _ value: Int64) -> ArrowColumn {
        // Times of other units cannot be built. Their values have the bytes of nanoseconds.
        var builder = ArrowColumnBuilder(ArrowField(name: "t", type: .timestamp(.nanoseconds, zone: nil)))
        builder.append(integer: value)
        let built = builder.finish()
        var buffers = ColumnBuffers()
        buffers.values = built.values
        return ArrowColumn(field: ArrowField(name: "t", type: type), rowCount: 1, bytes: built.bytes, buffers: buffers)
    }

    @Test(arguments: [
        (ArrowTimeUnit.seconds, Int64(1_000_000_000)), (.milliseconds, 1_000_000), (.microseconds, 1000),
        (.nanoseconds, 1),
    ])
    func `become nanoseconds, or an error that names the column`(unit: ArrowTimeUnit, step: Int64) throws {
        for zone in [nil, "Europe/Vienna"] {
            let type = ArrowType.timestamp(unit, zone: zone)
            for value in [0, 1, -1, Int64.max / step, Int64.min / step] {
                #expect(try Self.column(type, value).timestampNanoseconds(at: 0) == value * step)
            }
            if step == 1 { continue }
            for value in [Int64.max / step + 1, Int64.min / step - 1, .max, .min] {
                let column = Self.column(type, value)
                let error = #expect(throws: ArrowError.self) { _ = try column.timestampNanoseconds(at: 0) }
                #expect(error?.kind == .outOfRange && error?.column == "t")
                #expect(try column.integer(at: 0) == value)
            }
        }
    }
}
