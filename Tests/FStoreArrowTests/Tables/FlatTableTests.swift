@testable import FStoreArrow
import Testing

@Suite("Tables of a message")
struct FlatTableTests {
    @Test func `have the values that were written`() throws {
        var writer = FlatTableWriter()
        let root = writer.root([.byte(7), .long(-5), .absent, .offset, .short(-2), .offset, .int(9)])
        let entries = writer.offsets(at: root[3], count: 2)
        for (index, place) in entries.enumerated() {
            let entry = writer.table(at: place, [.offset])
            writer.text(at: entry[0], Array("entry \(index)".utf8))
        }
        writer.longs(at: root[5], [1, -2, 3])

        var reader = FlatTableReader(writer.bytes)
        let table = try reader.root()
        #expect(try reader.integer(table, 0, default: UInt8(0)) == 7)
        #expect(try reader.integer(table, 1, default: Int64(0)) == -5)
        #expect(try reader.integer(table, 2, default: Int32(42)) == 42)
        #expect(try reader.integer(table, 4, default: Int16(0)) == -2)
        #expect(try reader.integer(table, 6, default: Int32(0)) == 9)
        #expect(try reader.integer(table, 7, default: Int32(3)) == 3)
        let read = try reader.tables(table, 3)
        #expect(try reader.text(read[1], 0) == "entry 1")
        let longs = try reader.vector(table, 5, stride: 8)
        #expect((0..<longs.count).map { reader.bytes.integer(Int64.self, at: longs.start + 8 * $0) } == [1, -2, 3])
        #expect(longs.start % 8 == 0)
    }

    /// A schema of a few kilobytes, whose types have two children that are the same one, which has two… Its tree has
    /// 2³⁰ leaves.
    @Test func `that are used again and again are refused before they take time`() {
        var tables = MessageWriterBytes.nested(depth: 30)
        let message = MessageWriterBytes.framed(&tables)
        let error = ArrowStreams.refusal(message)
        #expect(error?.kind == .malformed || error?.kind == .tooLarge)
    }

    @Test func `whose offsets reach outside are refused`() throws {
        for bytes: [UInt8] in [
            [], [0], [4, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
        ] {
            var reader = FlatTableReader(bytes)
            #expect(throws: ArrowError.self) { _ = try reader.root() }
        }
    }
}

/// Messages that no honest program writes.
private enum MessageWriterBytes {
    /// The description of a schema with one column of nested structs, each with the same child twice.
    static func nested(depth: Int) -> FlatTableWriter {
        var writer = FlatTableWriter()
        let root = writer.root([.short(4), .byte(1), .offset, .long(0)])
        let schema = writer.table(at: root[2], [.absent, .offset])
        var places = writer.offsets(at: schema[1], count: 1)
        for _ in 0..<depth {
            // A structure is type 13. Both places point to the same field.
            let start = writer.table(at: places[0], [.offset, .absent, .byte(13), .offset, .absent, .offset])
            for place in places.dropFirst() { writer.alias(place, of: places[0]) }
            writer.text(at: start[0], [])
            writer.table(at: start[3], [])
            places = writer.offsets(at: start[5], count: 2)
        }
        let leaf = writer.table(at: places[0], [.offset, .absent, .byte(6), .offset])
        for place in places.dropFirst() { writer.alias(place, of: places[0]) }
        writer.text(at: leaf[0], [])
        writer.table(at: leaf[3], [])
        return writer
    }

    static func framed(_ tables: inout FlatTableWriter) -> [UInt8] {
        var bytes: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
        bytes.append(integer: Int32(tables.bytes.count))
        return bytes + tables.bytes
    }
}

extension FlatTableWriter {
    /// Points a second place to what another one points to.
    fileprivate mutating func alias(_ place: Int, of other: Int) {
        point(place, to: other + Int(bytes.integer(UInt32.self, at: other)))
    }
}
