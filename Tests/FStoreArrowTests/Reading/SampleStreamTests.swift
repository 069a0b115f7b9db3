import FStoreArrow
import Testing

@Suite("Streams of pyarrow")
struct SampleStreamTests {
    @Test(arguments: [Int.max, 1, 7, 100])
    func `are read in pieces of any size`(piece: Int) throws {
        let contents = try ArrowStreams.read(SampleStreams.plain, piece: piece)
        let schema = try #require(contents.schema)
        #expect(schema.fields.map(\.name) == ["id", "name", "time"])
        #expect(schema.fields.map(\.type.description) == ["int64", "utf8", "timestamp(us, UTC)"])
        #expect(schema.metadata == [ArrowKeyValue(key: "owner", value: Array("me".utf8))])
        #expect(contents.isEnded)
        #expect(contents.batches.count == 1)
        let columns = contents.batches[0].columns
        #expect(ArrowStreams.values(columns[0]) == ["1", "-2", "null"])
        #expect(ArrowStreams.values(columns[1]) == ["a", "é€", "null"])
        #expect(ArrowStreams.values(columns[2]) == ["1000", "null", "-1000"])
    }

    @Test func `of many types are read, beside columns that are not`() throws {
        let batches = try ArrowStreams.read(SampleStreams.wide).batches
        try #require(batches.count == 2)
        let expected = [
            ["true", "null"], ["-1", "7"], ["outOfRange", "2"], ["1.5", "null"],
            ["a text of more than twelve bytes", "short"], ["[255]", "null"], ["[97, 98, 99]", "[100, 101, 102]"],
            ["86400000000000", "-86400000000000"], ["[1.0 2.0]", "null"], ["[1.0 null]", "[]"], ["null", "null"],
        ]
        let last = [["unsupported", "unsupported"], ["unsupported", "unsupported"], ["s", ""]]
        #expect(batches[0].columns.map { ArrowStreams.values($0) } == expected + [["x", "null"]] + last)
        #expect(batches[1].columns.map { ArrowStreams.values($0) } == expected + [["z", "null"]] + last)
        #expect(batches[0].columns[13].type == .unsupported(name: "decimal128(5, 1)"))
    }

    @Test func `with a column that cannot be copied are refused by its name`() throws {
        let schema = try #require(try ArrowStreams.read(SampleStreams.wide).schema)
        var bytes: [UInt8] = []
        let error = #expect(throws: ArrowError.self) { _ = try ArrowStreamWriter(schema: schema, to: &bytes) }
        #expect(error?.description.hasPrefix("column \"odd\": columns of type struct cannot be read or copied") == true)
    }

    @Test func `of old programs have no mark before a message`() throws {
        // Since 2019 four bytes 0xFF stand before the length of each description.
        var old: [UInt8] = []
        var rest = SampleStreams.plain[...]
        for body in [0, 96, 0] {
            let start = rest.startIndex
            let length = Int(rest[start + 4]) + Int(rest[start + 5]) << 8
            let end = start + 8 + length + body
            #expect(rest[start..<start + 4] == [0xFF, 0xFF, 0xFF, 0xFF])
            old += rest[(start + 4)..<end]
            rest = rest[end...]
        }
        #expect(rest.isEmpty)
        let contents = try ArrowStreams.read(old)
        #expect(contents.isEnded)
        #expect(contents.batches.map(\.rowCount) == [3])
    }
}
