import Testing

@testable import FStoreWire

@Suite("The reader of chunks")
struct ChunkReaderTests {
    private static func read(_ text: String, in steps: Int) -> ChunkReader.Reading {
        let bytes = Array(text.utf8)
        var reader = ChunkReader(maxOtherBytes: 16)
        var start = 0
        while start < bytes.count {
            let part = Array(bytes[start..<min(start + steps, bytes.count)])
            switch reader.read(part.span) {
            case .more: start += part.count
            case .end(let count): return .end(start + count)
            case .refused: return .refused
            }
        }
        return .more
    }

    @Test(arguments: [
        "0\r\n\r\n", "000\r\n\r\n", "1\r\na\r\n0\r\n\r\n", "a\r\n0123456789\r\n0\r\n\r\n",
        "A\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n",
        "1;a=b\r\nx\r\n0;c\r\n\r\n", "0\r\nX: y\r\nZ:\r\n\r\n", "000000000000001\r\na\r\n0\r\n\r\n",
    ])
    func `finds the end, however the bytes are cut`(_ body: String) {
        for steps in 1...(body.utf8.count + 3) {
            #expect(Self.read(body + "GET", in: steps) == .end(body.utf8.count), "\(body) \(steps)")
        }
    }

    @Test(arguments: [
        "\r\n", "g\r\n", "-1\r\n", "+1\r\n", " 1\r\n", "1 \r\n", "0x1\r\n", "1\n", "1\ra", ";a\r\n", "1\r\nab\r\n",
        "1\r\na\n",
        "1\r\na\rb", "0000000000000001\r\n", "ffffffffffffffff\r\n", "1;a\u{0}\r\n", "1;a\nb", "0\r\n\n", "0\r\n\ra",
        "0\r\n X\r\n", "0\r\nX: a\n\r\n", "1;aaaaaaaaaaaaaaaaa\r\n", "0\r\nXXXXXXXXXXXXXXXXX\r\n",
    ])
    func `refuses what is not exactly a chunk`(_ body: String) {
        for steps in 1...(body.utf8.count + 1) {
            #expect(Self.read(body, in: steps) == .refused, "\(body) \(steps)")
        }
    }

    @Test func `takes sizes near the largest number without overflow`() {
        #expect(Self.read("fffffffffffffff\r\nabc", in: 3) == .more)
    }
}
