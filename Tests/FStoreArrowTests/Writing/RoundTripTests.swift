import FStoreArrow
import FStoreTestSupport
import Testing

@Suite("Columns that are built, written and read")
struct RoundTripTests {
    /// A random column, and what its values are as text.
    private struct Sample {
        var builder: ArrowColumnBuilder
        var values: [String] = []
    }

    private static let types: [ArrowType] = [
        .float(.float64), .integer(.int64), .bool, .utf8, .binary, .timestamp(.nanoseconds, zone: "UTC"),
        .fixedSizeList(.float32, count: 3),
    ]

    private static func append(to sample: inout Sample, nulls: Int, _ generator: inout SeededGenerator) {
        if generator.chance(nulls) {
            sample.builder.appendNull()
            sample.values.append("null")
            return
        }
        let number = Int64.random(in: Int64.min...Int64.max, using: &generator)
        switch sample.builder.field.type.kind {
        case .float:
            sample.builder.append(double: Double(number) / 8)
            sample.values.append("\(Double(number) / 8)")
        case .integer, .time:
            sample.builder.append(integer: number)
            sample.values.append("\(number)")
        case .bool:
            sample.builder.append(bool: number > 0)
            sample.values.append("\(number > 0)")
        case .text:
            let text = String(repeating: "é", count: Int(number & 7))
            sample.builder.append(text: text)
            sample.values.append(text)
        case .bytes:
            let bytes = (0..<Int(number & 7)).map { UInt8(250 + $0 % 5) }
            sample.builder.append(bytes: bytes.span)
            sample.values.append("\(bytes)")
        default:
            let floats = (0..<3).map { Float(number >> 40) + Float($0) }
            sample.builder.append(floats: floats)
            sample.values.append("[" + floats.map { "\(Double($0))" }.joined(separator: " ") + "]")
        }
    }

    @Test func `have the same values, whole and in slices of slices`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let fields = Self.types.map { ArrowField(name: "\($0)", type: $0) }
            let nulls = [0, 10, 50, 100].randomElement(using: &generator) ?? 0
            let rowCount = Int.random(in: 0...150, using: &generator)
            var samples = fields.map { Sample(builder: ArrowColumnBuilder($0)) }
            for index in samples.indices {
                for _ in 0..<rowCount { Self.append(to: &samples[index], nulls: nulls, &generator) }
            }
            let batch = ArrowBatch(rowCount: rowCount, columns: samples.indices.map { samples[$0].builder.finish() })
            let middle = Int.random(in: 0...rowCount, using: &generator)
            let schema = ArrowSchema(fields: fields)
            let stream = try ArrowStreams.write(schema, [batch[0..<middle], batch[middle..<rowCount]])
            let read = try ArrowStreams.read(stream)
            #expect(read.schema == schema)
            for (index, sample) in samples.enumerated() {
                #expect(ArrowStreams.values(batch.columns[index]) == sample.values, "seed \(seed)")
                let parts = read.batches.map { $0.columns[index] }
                #expect(parts.flatMap { ArrowStreams.values($0) } == sample.values, "seed \(seed)")
                #expect(
                    parts.allSatisfy { column in column.nullCount == (0..<column.rowCount).count { column.isNull($0) } }
                )
                // A slice of what was read, written again.
                let low = Int.random(in: 0...parts[1].rowCount, using: &generator)
                let slice = parts[1][low..<parts[1].rowCount]
                let single = try ArrowStreams.write(
                    ArrowSchema(fields: [fields[index]]),
                    [ArrowBatch(rowCount: slice.rowCount, columns: [slice])]
                )
                let again = try ArrowStreams.read(single).batches[0].columns[0]
                #expect(ArrowStreams.values(again) == Array(sample.values[(middle + low)...]), "seed \(seed)")
            }
        }
    }

    @Test func `a builder begins anew after each batch`() {
        var builder = ArrowColumnBuilder(ArrowField(name: "s", type: .utf8))
        builder.append(text: "one")
        builder.appendNull()
        #expect(builder.dataByteCount == 3)
        #expect(ArrowStreams.values(builder.finish()) == ["one", "null"])
        #expect(builder.rowCount == 0 && builder.byteCount == 0)
        builder.append(text: "two")
        let column = builder.finish()
        #expect(ArrowStreams.values(column) == ["two"])
        #expect(!column.mayHaveNulls)
    }

    @Test func `the bitmap of a null that comes late marks all rows before it as valid`() {
        for count in 0...17 {
            var builder = ArrowColumnBuilder(ArrowField(name: "b", type: .bool))
            for _ in 0..<count { builder.append(bool: true) }
            builder.appendNull()
            builder.append(bool: false)
            let values = Array(repeating: "true", count: count) + ["null", "false"]
            #expect(ArrowStreams.values(builder.finish()) == values)
        }
    }
}
