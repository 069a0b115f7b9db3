import FStoreArrow
import Testing

@Suite("Dictionary-encoded columns")
struct DictionaryTests {
    /// The batches of a stream with the column `city` alone.
    private static func cities() throws -> (ArrowSchema, [ArrowBatch]) {
        let contents = try ArrowStreams.read(SampleStreams.wide)
        let schema = try #require(contents.schema)
        let place = try #require(schema.index(of: "city"))
        let batches = contents.batches.map { ArrowBatch(rowCount: $0.rowCount, columns: [$0.columns[place]]) }
        return (schema.replacingFields([schema.fields[place]]), batches)
    }

    @Test func `answer like their values, and a null in the dictionary is a null`() throws {
        let column = try Self.cities().1[1].columns[0]
        #expect(column.type == .utf8)
        #expect(column.text(at: 0) == "z" && column.text(at: 1) == nil)
        #expect(column.isNull(1) && column.nullCount == 1 && column.mayHaveNulls)
        #expect(ArrowStreams.values(column[1..<2]) == ["null"])
        #expect(column.dictionaryCount == 3)
        #expect(column.dictionaryIndex(at: 0) == 2 && column.dictionaryIndex(at: 1) == nil)
    }

    @Test func `stay encoded when they are written, with deltas where the dictionary has grown`() throws {
        let (schema, batches) = try Self.cities()
        let grown = try ArrowStreams.write(schema, batches)
        let copy = try ArrowStreams.read(grown)
        #expect(copy.schema?.fields[0].dictionary?.index == .int8)
        #expect(copy.batches.flatMap { ArrowStreams.values($0.columns[0]) } == ["x", "null", "z", "null"])
        // Batches that are written in another order replace the dictionary, and slices do not write it again.
        let mixed = try ArrowStreams.write(schema, [batches[1], batches[0], batches[0][1..<2], batches[0][0..<1]])
        let values = try ArrowStreams.read(mixed).batches.flatMap { ArrowStreams.values($0.columns[0]) }
        #expect(values == ["z", "null", "x", "null", "null", "x"])
    }
}
