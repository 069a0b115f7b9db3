@testable import FStoreArrow
import Testing

/// What a message claims is checked before anything is done for it.
@Suite("Claims of a message")
struct ClaimTests {
    /// A stream of one column and one batch, whose description says whatever a test wants.
    private static func stream(
        _ type: ArrowType,
        rows: Int64,
        nodes: [Int64],
        buffers: [Int64] = [],
        views: [Int64] = [],
        body: [UInt8] = []
    ) throws(ArrowError) -> [UInt8] {
        var stream: [UInt8] = []
        _ = try ArrowStreamWriter(schema: ArrowSchema(fields: [ArrowField(name: "c", type: type)]), to: &stream)
        var tables = FlatTableWriter()
        let root = tables.root([.short(4), .byte(3), .offset, .long(Int64(body.count))])
        let batch = tables.table(at: root[2], [.long(rows), .offset, .offset, .absent, .offset])
        tables.longs(at: batch[1], nodes, wordsPerElement: 2)
        tables.longs(at: batch[2], buffers, wordsPerElement: 2)
        tables.longs(at: batch[4], views)
        stream += [0xFF, 0xFF, 0xFF, 0xFF]
        stream.append(integer: Int32(tables.bytes.count))
        return stream + tables.bytes + body
    }

    @Test(arguments: [Int64.max, 1 << 60, -1, 17 << 20])
    func `rows without end are refused`(rows: Int64) throws {
        for type: ArrowType in [.null, .bool, .fixedSizeBinary(width: 0), .fixedSizeList(.float32, count: 0)] {
            let stream = try Self.stream(type, rows: rows, nodes: [rows, 0], buffers: [0, 0, 0, 0])
            let kind = ArrowStreams.refusal(stream)?.kind
            #expect(kind == (rows < 0 ? .malformed : .tooLarge))
        }
    }

    @Test(arguments: [
        ArrowType.bool, .integer(.int8), .integer(.int64), .utf8, .largeUTF8, .utf8View,
        .fixedSizeBinary(width: 1 << 30),
    ])
    func `rows that the buffers do not hold are refused`(type: ArrowType) throws {
        let views: [Int64] = type == .utf8View ? [0] : []
        let buffers: [Int64] = type == .utf8 || type == .largeUTF8 ? [0, 0, 0, 8, 8, 0] : [0, 0, 0, 8]
        for (rows, node) in [(1000, 1000), (1000, Int64.max), (2, 1 << 61)] as [(Int64, Int64)] {
            let stream = try Self.stream(
                type,
                rows: rows,
                nodes: [node, 0],
                buffers: buffers,
                views: views,
                body: Array(repeating: 0, count: 8)
            )
            let error = try #require(ArrowStreams.refusal(stream))
            #expect(error.kind == .malformed)
            #expect(error.message == 2 && error.column == "c")
        }
    }

    @Test func `offsets that fall, or reach outside, are refused`() throws {
        for offsets: [Int32] in [[0, 5, 4], [0, 0, 9], [-1, 0, 4], [1, 0, 0], [.min, .max, 0]] {
            var body: [UInt8] = []
            body.append(integers: offsets)
            body += [97, 97, 97, 97]
            let stream = try Self.stream(.utf8, rows: 2, nodes: [2, 0], buffers: [0, 0, 0, 12, 12, 4], body: body)
            #expect(ArrowStreams.refusal(stream)?.reason.hasPrefix("its offsets do not rise") == true)
        }
        let fine = try Self.stream(
            .utf8,
            rows: 2,
            nodes: [2, 0],
            buffers: [0, 0, 0, 12, 12, 4],
            body: [1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 97, 98, 99, 100]
        )
        #expect(ArrowStreams.values(try ArrowStreams.read(fine).batches[0].columns[0]) == ["", "bcd"])
    }

    @Test func `buffers that share bytes are refused`() throws {
        let body = [UInt8](repeating: 0, count: 16)
        let apart = try Self.stream(.integer(.int8), rows: 8, nodes: [8, 0], buffers: [0, 8, 8, 8], body: body)
        #expect(ArrowStreams.refusal(apart) == nil)
        let shared = try Self.stream(.integer(.int8), rows: 8, nodes: [8, 0], buffers: [0, 8, 0, 16], body: body)
        #expect(ArrowStreams.refusal(shared)?.reason == "its buffers overlap")
    }

    @Test func `a message beyond the limit is refused before its body comes`() throws {
        var limits = ArrowLimits()
        limits.messageBytes = 1000
        let stream = try Self.stream(.bool, rows: 1, nodes: [1, 0], buffers: [0, 0, 0, 1], body: [1])
        #expect(ArrowStreams.refusal(stream, limits: limits) == nil)
        let large = try Self.stream(
            .bool,
            rows: 1,
            nodes: [1, 0],
            buffers: [0, 0, 0, 1],
            body: Array(repeating: 0, count: 1001)
        )
        #expect(ArrowStreams.refusal(Array(large.dropLast(1000)), limits: limits)?.kind == .tooLarge)
        limits.columns = 1
        #expect(ArrowStreams.refusal(stream, limits: limits) == nil)
        #expect(ArrowStreams.refusal(SampleStreams.plain, limits: limits)?.kind == .tooLarge)
    }

    @Test func `after an error the reader stays with it, and behind the end nothing may follow`() throws {
        var reader = ArrowStreamReader()
        reader.push(SampleStreams.plain + [1])
        var last: ArrowStreamEvent?
        #expect(throws: ArrowError.self) { while let event = try reader.next() { last = event } }
        if case .end = last {} else { Issue.record("the end is told before the error") }
        #expect(throws: ArrowError.self) { _ = try reader.next() }
        #expect(throws: ArrowError.self) { try reader.finish() }
    }
}
