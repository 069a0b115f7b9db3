import FStoreText
import Foundation
import Testing

@testable import FStoreConnectors

@Suite("CSV")
struct CSVReaderTests {
    /// Reads a text with read(2) in blocks of `blockBytes`.
    static func rows(_ text: [UInt8], blockBytes: Int = 1 << 16, delimiter: UInt8 = UInt8(ascii: ",")) throws
        -> [[String]]
    {
        try read(text, blockBytes: blockBytes, delimiter: delimiter).rows
    }

    static func read(_ text: [UInt8], blockBytes: Int = 1 << 16, delimiter: UInt8 = UInt8(ascii: ",")) throws
        -> (rows: [[String]], lines: [Int], flaws: [CSVReader.Flaw?], raw: [[UInt8]], offsets: [Int])
    {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("fstore-csv-\(UUID().uuidString)")
        try Data(text).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let input = try InputFile(file.path)
        var reader = CSVReader(ByteWindow(blockBytes: blockBytes), delimiter: delimiter)
        var result: (rows: [[String]], lines: [Int], flaws: [CSVReader.Flaw?], raw: [[UInt8]], offsets: [Int]) =
            ([], [], [], [], [])
        while try reader.next(from: input) {
            var row: [String] = []
            for index in 0..<reader.fieldCount { row.append(NumberText.text(reader.field(index)) ?? "not UTF-8") }
            result.rows.append(row)
            result.lines.append(reader.line)
            result.flaws.append(reader.flaw)
            result.raw.append(reader.rawRow)
            result.offsets.append(reader.nextOffset)
        }
        return result
    }

    @Test func `random documents are read back as they were written, whatever the blocks`() throws {
        var generator = SystemRandomNumberGenerator()
        let pieces = ["a", "b", ",", "\"", "\n", "\r\n", "\r", "é", "", " ", "\"\"", "1.5"]
        for _ in 0..<60 {
            let columns = Int.random(in: 2...4, using: &generator)
            let rows = (0..<Int.random(in: 1...6, using: &generator))
                .map { _ in
                    (0..<columns)
                        .map { _ in
                            (0..<Int.random(in: 0...4, using: &generator)).map { _ in pieces.randomElement() ?? "" }
                                .joined()
                        }
                }
            let lineEnd = Bool.random() ? "\r\n" : "\n"
            var text: [UInt8] = Bool.random() ? [0xEF, 0xBB, 0xBF] : []
            for (index, row) in rows.enumerated() {
                if index > 0 { text.append(contentsOf: lineEnd.utf8) }
                for (column, field) in row.enumerated() {
                    if column > 0 { text.append(UInt8(ascii: ",")) }
                    CSVText.append(field.utf8, to: &text)
                }
            }
            if Bool.random() { text.append(contentsOf: lineEnd.utf8) }
            for blockBytes in 1...(text.count + 1) {
                let found = try Self.rows(text, blockBytes: blockBytes)
                #expect(
                    found == rows,
                    "blocks of \(blockBytes) bytes: \(String(decoding: text, as: UTF8.self).debugDescription)"
                )
            }
        }
    }

    @Test func `every form of a field`() throws {
        let text = "a,\"b\"\r\n\"\",\r\n\"x\"\"y\",\"1\n2\"\n\n  z ,q\"r"
        let found = try Self.read(Array(text.utf8))
        #expect(found.rows == [["a", "b"], ["", ""], ["x\"y", "1\n2"], ["  z ", "q\"r"]])
        #expect(found.lines == [1, 2, 3, 6])
        #expect(found.flaws.allSatisfy { $0 == nil })
        #expect(
            found.raw.map { String(decoding: $0, as: UTF8.self) }
                == ["a,\"b\"", "\"\",", "\"x\"\"y\",\"1\n2\"", "  z ,q\"r"]
        )
        #expect(found.offsets == [7, 12, 25, 34])
    }

    @Test func `a row with text behind a closing quote is flawed, and the next one is not`() throws {
        for blockBytes in 1...20 {
            let found = try Self.read(Array("\"a\"x,b\n\"c\" \nd,e\n".utf8), blockBytes: blockBytes)
            #expect(found.flaws == [.textBehindQuote, .textBehindQuote, nil])
            #expect(found.rows.last == ["d", "e"])
        }
    }

    @Test func `a quote that is never closed is told with its line`() throws {
        for blockBytes in [1, 3, 100] {
            do {
                _ = try Self.rows(Array("a,b\nc,\"d\ne,f\n".utf8), blockBytes: blockBytes)
                Issue.record("the quote was overlooked")
            } catch let error as InputError {
                #expect(error == .openQuote(line: 2))
            }
        }
    }

    @Test func `a row without an end is refused before it fills the memory`() throws {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: CSVReader.maxRowBytes + 2_000_000)
        #expect(throws: InputError.longRow(line: 1, limit: CSVReader.maxRowBytes)) {
            try Self.rows(long, blockBytes: 1 << 20)
        }
        let field = [UInt8](repeating: UInt8(ascii: "x"), count: CSVReader.maxFieldBytes + 1)
        #expect(try Self.read(field + [0x0A]).flaws == [.largeField])
    }

    @Test func `empty inputs have no rows`() throws {
        #expect(try Self.rows([]) == [])
        #expect(try Self.rows(Array("\n\r\n\n".utf8)) == [])
        #expect(try Self.rows([0xEF, 0xBB, 0xBF]) == [])
    }

    @Test func `another delimiter leaves commas alone`() throws {
        #expect(try Self.rows(Array("a\tb,c\n".utf8), delimiter: 0x09) == [["a", "b,c"]])
    }

    @Test func `reading goes on at any row`() throws {
        let text = "h,i\n1,\"a\nb\"\n2,c\n3,d\n"
        let whole = try Self.read(Array(text.utf8))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("fstore-csv-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        for (index, offset) in whole.offsets.enumerated().dropLast() {
            for blockBytes in [1, 5, 1000] {
                let input = try InputFile(file.path)
                var reader = CSVReader(ByteWindow(blockBytes: blockBytes))
                let hasHeader = try reader.next(from: input)
                #expect(hasHeader)
                try reader.skip(to: offset, line: whole.lines[index + 1], from: input)
                let hasNext = try reader.next(from: input)
                #expect(hasNext)
                #expect(reader.line == whole.lines[index + 1])
                #expect(reader.rawRow == whole.raw[index + 1])
            }
        }
    }

    /// Rows of a document that is pushed in chunks of `chunkBytes`.
    static func pushed(_ text: [UInt8], chunkBytes: Int) throws -> [[String]] {
        var reader = CSVReader(ByteWindow())
        var rows: [[String]] = []
        var rest = text[...]
        while true {
            switch try reader.next() {
            case .row:
                rows.append((0..<reader.fieldCount).map { NumberText.text(reader.field($0)) ?? "not UTF-8" })
            case .end: return rows
            case .needsMore:
                let chunk = Array(rest.prefix(chunkBytes))
                rest = rest.dropFirst(chunkBytes)
                if chunk.isEmpty { reader.window.finish() } else { reader.window.append(chunk.span) }
            }
        }
    }

    @Test func `a document that is pushed has the rows of one that is read`() throws {
        let text = Array("\u{FEFF}h,i\r\n\"a \"\"b\"\"\",\"x\ny\"\r\n\n1,\n\"\",\"\"\nlast,\"q\"".utf8)
        let expected = [["h", "i"], ["a \"b\"", "x\ny"], ["1", ""], ["", ""], ["last", "q"]]
        for chunkBytes in 1...text.count { #expect(try Self.pushed(text, chunkBytes: chunkBytes) == expected) }
    }

    /// A search that began at the start of the row with each chunk would look at 800 billion bytes here.
    @Test(.timeLimit(.minutes(1)), arguments: ["", "\""])
    func `a row that grows byte by byte is looked at once`(quote: String) throws {
        let long = Array((quote + String(repeating: "x", count: 900_000) + quote + ",1\n").utf8)
        #expect(try Self.pushed(long, chunkBytes: 1).first?.first?.count == 900_000)
    }

    @Test func `UTF-16, which spreadsheets call Unicode text, is named`() {
        #expect(throws: InputError.notUTF8("UTF-16 (little-endian)")) {
            try Self.rows([0xFF, 0xFE, 0x61, 0, 0x0A, 0])
        }
        #expect(throws: InputError.notUTF8("UTF-16 (big-endian)")) { try Self.rows([0xFE, 0xFF, 0, 0x61, 0, 0x0A]) }
    }
}
