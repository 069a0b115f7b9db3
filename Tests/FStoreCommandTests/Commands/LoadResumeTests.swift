import FStore
import FStoreTestSupport
import Foundation
import Testing

@Suite("load --resume", .serialized)
struct LoadResumeTests {
    static let rows = 60_000

    /// Every row is one cell at a time of its own; every thousandth is bad.
    static func csv() -> String {
        var text = "e,t,v\n"
        for row in 0..<rows { text += "e\(row % 50),\(row),\(row % 1000 == 999 ? "bad" : String(row))\n" }
        return text
    }

    static let arguments = [
        "--format", "csv", "--create", "--entity", "e", "--time", "t", "--time-unit", "s", "--feature", "v", "--batch",
        "200",
        "--json", "--job", "job",
    ]

    /// Every row exactly once: a row that was written twice would have left a second, older commit.
    static func expectEveryRowOnce(_ store: TemporaryStore) throws {
        let good = rows - rows / 1000
        let statistics = try store.run("stat", "--json").object
        #expect(statistics["cells"] == .number("\(good)"))
        let dump = try store.run("dump", "v", "--cells-only").objects
        #expect(dump.count == good)
        let found = Set(dump.compactMap { $0["value"]?.text.flatMap(Double.init) })
        #expect(found == Set((0..<rows).filter { $0 % 1000 != 999 }.map(Double.init)))
        let rejects = try String(contentsOfFile: store.path("rejects"), encoding: .utf8).split(separator: "\n")
        #expect(rejects.count == rows / 1000 + 1)
        #expect(Set(rejects).count == rejects.count)
        #expect(try store.run("verify", "--json").object["sound"] == .bool(true))
    }

    @Test func `killed again and again, a load has every row exactly once in the end`() throws {
        let store = try TemporaryStore()
        let file = try store.file("rows", Self.csv())
        let load = ["load", file, "--reject", store.path("rejects")] + Self.arguments
        var kills = 0
        var isDone = false
        var wasRefused = false
        for attempt in 0..<200 where !isDone {
            let (process, _, _) = try store.start(load + ["--resume"])
            usleep(UInt32(30_000 + attempt * 3000))
            kill(process.processIdentifier, SIGKILL)
            if process.wait() == -SIGKILL { kills += 1 } else { isDone = true }
            if !isDone, !wasRefused, kills >= 3, try hasCells(store) {
                wasRefused = true
                // Beginning again by accident is refused, and so is going on with something else.
                try expectRefusals(store, load)
            }
        }
        #expect(isDone)
        #expect(kills >= 3)
        try Self.expectEveryRowOnce(store)
    }

    /// Whether a batch has been committed: a kill may have come before the first.
    private func hasCells(_ store: TemporaryStore) throws -> Bool {
        let (process, output, _) = try store.start(["stat", "--json"])
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return process.wait() == 0 && !text.contains("\"cells\":0,")
    }

    private func expectRefusals(_ store: TemporaryStore, _ load: [String]) throws {
        let bookmarked = try store.start(load)
        #expect(bookmarked.0.wait() == 65)
        let reason = String(decoding: bookmarked.2.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(reason.contains("--resume") && reason.contains("--restart"))
        let other = try store.file("other", "e,t,v\nx,1,1\n")
        let changed = load.map { $0 == load[1] ? other : $0 } + ["--resume"]
        #expect(try store.start(changed).0.wait() == 65)
        #expect(try store.start(load + ["--resume", "--missing", "0"]).0.wait() == 65)
    }

    @Test func `a load from a pipe goes on behind what was committed`() throws {
        let store = try TemporaryStore()
        let text = Self.csv()
        let pipe = Pipe()
        let load = ["load", "-", "--reject", store.path("rejects")] + Self.arguments
        let (process, _, _) = try store.start(load, input: pipe)
        // Half of the input, then silence: what has come is committed but for the last batches.
        try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8.prefix(text.utf8.count / 2)))
        usleep(700_000)
        kill(process.processIdentifier, SIGKILL)
        process.wait()
        try? pipe.fileHandleForWriting.close()
        let (second, output, _) = try store.start(load + ["--resume"], input: pipeWith(text))
        let summary = try JSONValue(output.fileHandleForReading.readDataToEndOfFile().filter { $0 != 0x0A })
        #expect(second.wait() == 65)
        #expect((summary["resumed_rows"]?.text).flatMap { Int($0) } ?? 0 > 1000)
        try Self.expectEveryRowOnce(store)
    }

    private func pipeWith(_ text: String) -> Pipe {
        let pipe = Pipe()
        let handle = pipe.fileHandleForWriting
        Thread.detachNewThread {
            try? handle.write(contentsOf: Data(text.utf8))
            try? handle.close()
        }
        return pipe
    }

    @Test func `a finished load may be repeated, resumed without effect, or restarted`() throws {
        let store = try TemporaryStore()
        let file = try store.file("a.csv", "e,t,v\nx,1,1\nx,2,2\n")
        func load(_ option: String...) throws -> JSONValue {
            let (process, output, _) = try store.start(["load", file] + Self.arguments + option)
            let summary = try JSONValue(output.fileHandleForReading.readDataToEndOfFile().filter { $0 != 0x0A })
            process.wait()
            return summary
        }
        #expect(try load()["rows"] == .number("2"))
        #expect(try load("--resume")["resumed_rows"] == .number("2"))
        #expect(try store.run("stat", "--json").object["cells"] == .number("2"))
        #expect(try load()["resumed_rows"] == .number("0"))
        #expect(try load("--restart")["rows"] == .number("2"))
        #expect(try store.run("dump", "--cells-only").lines.count == 2)
    }
}
