import FStoreTelemetry
import Foundation
import Logging
import Testing

@Suite("Log output")
struct LogOutputTests {
    @Test func `lines of many writers never interleave`() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        let output = LogOutput(descriptor: writing)
        // Longer than what the kernel keeps together in a pipe, so that only the lock does.
        let body = String(repeating: "x", count: 6000)
        let content = await withTaskGroup(of: [UInt8].self) { group in
            group.addTask { await Self.everything(from: reading) }
            group.addTask {
                await withTaskGroup(of: Void.self) { writers in
                    for writer in 0..<4 {
                        writers.addTask {
                            await Self.onThread {
                                let logger = Logger(label: "l") {
                                    LineLogHandler(label: $0, format: .plain, output: output)
                                }
                                for number in 0..<200 { logger.info("begin \(writer) \(number) \(body) end") }
                            }
                        }
                    }
                }
                close(writing)
                return []
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let lines = String(decoding: content, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 800)
        var seen: Set<Substring> = []
        for line in lines {
            #expect(line.hasSuffix("\(body) end") && line.utf8.count < 6100)
            let words = line.split(separator: " ", maxSplits: 5)
            #expect(words.count == 6 && words[2] == "begin")
            seen.insert(line.dropFirst(words[0].count))
        }
        #expect(seen.count == 800)
        #expect(output.droppedLines == 0)
    }

    @Test func `a reader that does not read costs lines but no time, and then lines are whole again`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe pipe(&ends) == 0)
        for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        defer { for end in ends { close(end) } }
        let output = LogOutput(descriptor: ends[1])
        let line = Array(String(repeating: "y", count: 4999).utf8) + [10]
        let begin = ContinuousClock.now
        for _ in 0..<1000 { output.write(line) }
        #expect(ContinuousClock.now - begin < .seconds(20))
        #expect(output.droppedLines > 900)
        let before = Self.available(from: ends[0])
        let dropped = output.droppedLines
        output.write(Array("after\n".utf8))
        #expect(output.droppedLines == dropped)
        let text = String(decoding: before + Self.available(from: ends[0]), as: UTF8.self)
        #expect(text.split(separator: "\n").last == "after")
    }

    @Test func `a descriptor that is not open costs lines only`() {
        let output = LogOutput(descriptor: -1)
        output.write([10])
        #expect(output.droppedLines == 1)
    }

    @Test(arguments: LogFormat.allCases)
    func `a program starts logging with one call`(format: LogFormat) async {
        await #expect(processExitsWith: .success) { [name = format.rawValue as String] in
            let reader = LineReader()
            Telemetry.startLogging(format: LogFormat(rawValue: name) ?? .plain, level: .notice, output: reader.output)
            let logger = Logger(label: "fstore.start")
            logger.info("not this")
            logger.notice("this")
            let line = reader.nextLine() ?? ""
            let end = name == "json" ? #""msg":"this","logger":"fstore.start"}"# : " NOTICE this"
            precondition(line.hasSuffix(end), line)
            precondition(reader.next() == nil)
        }
    }

    private static func available(from descriptor: Int32) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return content }
            content += chunk[..<count]
        }
    }

    private static func everything(from descriptor: Int32) async -> [UInt8] {
        await onThread { available(from: descriptor) }
    }

    /// Runs what blocks on a thread of its own: tasks share few threads.
    private static func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }
}
