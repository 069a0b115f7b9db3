import FStoreArrow
import Testing

/// What others may rely on: the bytes of a stream, and where they lie.
@Suite("The bytes of a written stream")
struct StreamBytesTests {
    private static func stream() throws(ArrowError) -> [UInt8] {
        var number = ArrowColumnBuilder(ArrowField(name: "n", type: .integer(.int64), isNullable: false))
        var text = ArrowColumnBuilder(ArrowField(name: "t", type: .utf8))
        number.append(integer: 1)
        number.append(integer: -2)
        text.append(text: "é")
        text.appendNull()
        let schema = ArrowSchema(fields: [number.field, text.field])
        return try ArrowStreams.write(schema, [ArrowBatch(rowCount: 2, columns: [number.finish(), text.finish()])])
    }

    @Test func `are these`() throws {
        let expected = SampleStreams.bytes(
            """
            fffffffff8000000100000000c00170014001600100008000c000000000000000000000000000000180000000400010000000000
            00000a0008000000040000000a00000004000000020000001c00000068000000000012001100040000001000080000000c000000
            1200000010000000200000002800000002000000010000006e000000000000000800090004000800080000004000000001000000
            0000000000000000000012001200040010001100080000000c000000120000001000000018000000180000000105000001000000
            740000000400040004000000000000000000000000000000000000000000000000000000000000000000000000000000ffffffff
            f8000000100000000c00170014001600100008000c000000000000000001000000000000180000000400030000000e0018000800
            10001400000000000e0000000000000002000000000000000c000000300000000000000002000000020000000000000000000000
            00000000020000000000000001000000000000000000000005000000000000000000000000000000000000000000000000000000
            10000000000000004000000000000000010000000000000080000000000000000c00000000000000c00000000000000002000000
            00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000100000000000000
            feffffffffffffff0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
            00000000010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
            00000000000000000000000000000000000000000200000002000000000000000000000000000000000000000000000000000000
            00000000000000000000000000000000000000000000000000000000c3a900000000000000000000000000000000000000000000
            00000000000000000000000000000000000000000000000000000000000000000000000000000000ffffffff00000000
            """
        )
        #expect(try Self.stream() == expected)
    }

    @Test func `lie at multiples of 64`() throws {
        let stream = try Self.stream()
        // The description of the schema, that of the batch, four buffers of at most 64 bytes, and the mark of the end.
        #expect(stream.count % 64 == 8)
        #expect(Array(stream.suffix(8)) == [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
        let body = stream.dropLast(8).suffix(4 * 64)
        #expect(Array(body.prefix(9)) == [1, 0, 0, 0, 0, 0, 0, 0, 0xFE])
        #expect(body[body.startIndex + 64] == 0b01)
        #expect(Array(body[(body.startIndex + 128)..<(body.startIndex + 140)]) == [0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0])
        #expect(Array(body[(body.startIndex + 192)..<(body.startIndex + 195)]) == [0xC3, 0xA9, 0])
    }

    @Test func `a column without nulls has no bitmap`() throws {
        var builder = ArrowColumnBuilder(ArrowField(name: "b", type: .bool))
        builder.append(bool: true)
        let schema = ArrowSchema(fields: [builder.field])
        let stream = try ArrowStreams.write(schema, [ArrowBatch(rowCount: 1, columns: [builder.finish()])])
        #expect(stream[stream.count - 8 - 64] == 1)
        #expect(stream[stream.count - 8 - 65] == 0)
        #expect(try ArrowStreams.read(stream).batches[0].columns[0].mayHaveNulls == false)
    }
}
