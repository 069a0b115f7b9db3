import Foundation
import Testing

@testable import FStoreConnectors

@Suite("Lines")
struct LineReaderTests {
    @Test func `lines are the same whatever the blocks`() throws {
        let text = "{\"a\":1}\n\n  \n{\"b\":\"é\"}\r\nlast"
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("fstore-lines-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        for blockBytes in 1...40 {
            let input = try InputFile(file.path)
            var reader = LineReader(ByteWindow(blockBytes: blockBytes))
            var lines: [String] = []
            var numbers: [Int] = []
            while try reader.next(from: input) {
                lines.append(String(decoding: reader.bytes, as: UTF8.self))
                numbers.append(reader.line)
            }
            #expect(lines == ["{\"a\":1}", "{\"b\":\"é\"}", "last"])
            #expect(numbers == [1, 4, 5])
        }
    }

    static func pushed(_ text: [UInt8], chunkBytes: Int, maxLineBytes: Int = 1 << 20) throws -> [String] {
        var reader = LineReader(ByteWindow(), maxLineBytes: maxLineBytes)
        var lines: [String] = []
        var rest = text[...]
        while true {
            switch try reader.next() {
            case .row: lines.append(String(decoding: reader.bytes, as: UTF8.self))
            case .end: return lines
            case .needsMore:
                let chunk = Array(rest.prefix(chunkBytes))
                rest = rest.dropFirst(chunkBytes)
                if chunk.isEmpty { reader.window.finish() } else { reader.window.append(chunk.span) }
            }
        }
    }

    /// A byte order mark made the first line unreadable.
    @Test func `a byte order mark is passed over, whatever the chunks`() throws {
        for chunkBytes in 1...9 {
            #expect(try Self.pushed(Array("\u{FEFF}{}\n\u{FEFF}".utf8), chunkBytes: chunkBytes) == ["{}", "\u{FEFF}"])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a line that grows byte by byte is looked at once`() throws {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 900_000) + [10]
        #expect(try Self.pushed(long, chunkBytes: 1).first?.count == 900_000)
    }

    @Test(arguments: [1, 7, 1000]) func `a line is too long whatever the chunks`(chunkBytes: Int) throws {
        let text = Array("a\n\nbbbb\nccccc\n".utf8)
        #expect(try Self.pushed(text, chunkBytes: chunkBytes, maxLineBytes: 5) == ["a", "bbbb", "ccccc"])
        #expect(throws: InputError.longRow(line: 4, limit: 4)) {
            try Self.pushed(text, chunkBytes: chunkBytes, maxLineBytes: 4)
        }
    }
}
