import FStoreArrow
import Testing

@Suite("Schemas of what is written")
struct ArrowSchemaTests {
    private let schema = ArrowSchema(
        fields: ["a", "b", "c"].map { ArrowField(name: $0, type: .utf8) },
        metadata: [
            ArrowKeyValue(key: "pandas", value: Array("{}".utf8)), ArrowKeyValue(key: "owner", value: [0xFF]),
        ]
    )
    private let new = ArrowField(name: "new", type: .bool)

    @Test func `keep pandas' description when columns are added`() {
        #expect(schema.appending([new]).metadata == schema.metadata)
        let between = [schema.fields[0], new, schema.fields[1], schema.fields[2]]
        #expect(schema.replacingFields(between).metadata == schema.metadata)
    }

    @Test func `drop pandas' description when a column is gone or moved, and keep the rest`() {
        let rest = [schema.metadata[1]]
        #expect(schema.replacingFields([schema.fields[0], schema.fields[2], new]).metadata == rest)
        #expect(schema.replacingFields(schema.fields.reversed()).metadata == rest)
        #expect(schema.replacingFields([schema.fields[0].named("z")] + schema.fields[1...]).metadata == rest)
    }

    @Test func `find a column by its name unless there are two`() {
        #expect(schema.index(of: "b") == 1)
        #expect(schema.index(of: "z") == nil)
        #expect(schema.appending([ArrowField(name: "b", type: .bool)]).index(of: "b") == nil)
    }
}
