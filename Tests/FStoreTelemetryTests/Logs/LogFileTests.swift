import FStoreTelemetry
import Foundation
import Glibc
import Logging
import Testing

@Suite("The file of the log")
struct LogFileTests {
    private let directory = NSTemporaryDirectory() + "fstore-log-\(UUID().uuidString)"
    private var path: String { directory + "/log" }

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    private func lines(_ path: String) throws -> [[String: Any]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    }

    private func logger(_ file: LogFile) -> Logger {
        Logger(label: "l") {
            LineLogHandler(label: $0, format: .plain, output: LogOutput(descriptor: -1), file: file)
        }
    }

    @Test func `a full file moves, and two together have the newest lines without a gap`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = try LogFile(path, mostBytes: 10_000)
        for number in 0..<1000 { logger(file).info("a line", metadata: ["number": "\(number)", "password": "x"]) }
        let (older, newer) = (try lines(LogFile.older(path)), try lines(path))
        let numbers = (older + newer).compactMap { ($0["number"] as? String).flatMap { Int($0) } }
        #expect(numbers.last == 999 && numbers.count > 80)
        #expect(numbers == Array(1000 - numbers.count..<1000))
        #expect((older + newer).allSatisfy { $0["password"] as? String == "[redacted]" })
        for path in [path, LogFile.older(path)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try #require(attributes[.size] as? Int) <= 10_000)
        }
        #expect(file.droppedLines == 0)
    }

    @Test func `a file that is there goes on, and what is no file is refused`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for word in ["one", "two"] { logger(try LogFile(path)).info("\(word)") }
        #expect(try lines(path).map { $0["msg"] as? String } == ["one", "two"])
        #expect(throws: LogFileError.self) { try LogFile(directory) }
        #expect(throws: LogFileError.self) { try LogFile(directory + "/missing/log") }
        _ = unsafe symlink(path, directory + "/link")
        #expect(throws: LogFileError.self) { try LogFile(directory + "/link") }
    }
}
