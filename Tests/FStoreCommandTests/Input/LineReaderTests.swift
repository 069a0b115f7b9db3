import Foundation
import Testing

@testable import FStoreCommand

@Suite("Lines")
struct LineReaderTests {
    @Test func `lines are the same whatever the blocks`() throws {
        let text = "{\"a\":1}\n\n  \n{\"b\":\"é\"}\r\nlast"
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("fstore-lines-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        for blockBytes in 1...40 {
            var reader = LineReader(ByteWindow(try InputFile(file.path), blockBytes: blockBytes))
            var lines: [String] = []
            var numbers: [Int] = []
            while try reader.next() {
                lines.append(String(decoding: reader.bytes, as: UTF8.self))
                numbers.append(reader.line)
            }
            #expect(lines == ["{\"a\":1}", "{\"b\":\"é\"}", "last"])
            #expect(numbers == [1, 4, 5])
        }
    }
}
