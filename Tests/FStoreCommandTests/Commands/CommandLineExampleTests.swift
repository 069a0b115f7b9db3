import FStoreTestSupport
import Foundation
import Testing

/// Runs the examples of `docs/cli.md`, those of `serve` excepted, in their order, and compares what they print.
///
/// `FSTORE_WRITE_EXAMPLES=1` writes the output into the document instead.
@Suite("The examples of docs/cli.md")
struct CommandLineExampleTests {
    private static let document = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/cli.md")
    /// The chapter whose examples are a server that goes on. Those behind it find the catalog that it has made.
    private static let served: Substring = "## serve"

    private struct Example {
        var line: Int
        var command: String
        var output: [String]
        /// Whether it stands behind the chapter about the server.
        var followsServer: Bool
    }

    private static func examples(_ lines: [Substring]) -> [Example] {
        var examples: [Example] = []
        var isCode = false
        var (isServed, wasServed) = (false, false)
        for (number, line) in lines.enumerated() {
            if line.hasPrefix("## ") {
                isServed = line == served
                wasServed = wasServed || isServed
            }
            if line.hasPrefix("```") {
                isCode.toggle()
            } else if isCode, !isServed {
                if line.hasPrefix("$ ") {
                    examples.append(
                        Example(line: number, command: String(line.dropFirst(2)), output: [], followsServer: wasServed)
                    )
                } else if !examples.isEmpty {
                    examples[examples.count - 1].output.append(String(line))
                }
            }
        }
        for index in examples.indices {
            while examples[index].output.last == "" { examples[index].output.removeLast() }
        }
        return examples
    }

    /// What differs from run to run, and the spaces that align it, in one form.
    private static func comparable(_ line: String) -> String {
        line.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/, with: "TIME")
            .replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "ID")
            .replacing(/fl_\d+_(?:[A-Za-z0-9]{16,}|[A-Za-z0-9]+…)/, with: "KEY")
            .replacing(/key_[0-9A-Z]{26}/, with: "ID")
            // The audit trail: how many changes there were before, and who runs this.
            .replacing(/^\d+( +TIME|:)/) { "N\($0.1)" }
            .replacing(/sound: \d+ entries/, with: "sound: N entries")
            .replacing(/newest: \d+:[0-9a-f]{64}/, with: "newest: LINK")
            .replacing(/uid \d+/, with: "uid N")
            .replacing(/"(seconds|rows_per_second)":[0-9.]+/) { "\"\($0.1)\":N" }
            .replacing(/^(seconds|rows\/s) +[0-9.]+/) { "\($0.1) N" }
            .replacing(/[ ]+/, with: " ")
    }

    private static func run(_ command: String, in directory: URL, binary: URL) throws -> [String] {
        let output = Pipe()
        let process = try ChildProcess(
            URL(filePath: "/bin/sh"),
            ["-c", "cd \(directory.path); \(command)"],
            environment: ["PATH": binary.deletingLastPathComponent().path + ":/usr/bin:/bin", "FSTORE_DATA": ""],
            output: .pipe(output),
            error: .pipe(output)
        )
        try output.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let status = process.wait()
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last == "" { lines.removeLast() }
        // Told to root alone.
        lines.removeAll { $0.hasPrefix("warning: the files belong to root") }
        return status == 0 ? lines : lines + ["[status \(status)]"]
    }

    @Test func `print what the document says`() throws {
        let text = try String(contentsOf: Self.document, encoding: .utf8)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let examples = Self.examples(lines)
        #expect(examples.count > 30)
        let store = try TemporaryStore()
        let binary = try ProgramRun.binary
        let isWriting = ProcessInfo.processInfo.environment["FSTORE_WRITE_EXAMPLES"] != nil
        var written: [(line: Int, old: Int, new: [String])] = []
        // Of each id that the document shows, the one that this run has given.
        var ids: [(shown: String, given: String)] = []
        var hasServed = false
        for example in examples {
            if example.followsServer, !hasServed {
                #expect(try ServerRun(store, data: store.path("fstore-data")).stop() == 0)
                hasServed = true
            }
            let command = ids.reduce(example.command) { $0.replacing($1.shown, with: $1.given) }
            let words = example.command.split(separator: " ")
            if words.count == 2, words[0] == "cat",
                !FileManager.default.fileExists(atPath: store.path(String(words[1])))
            {
                // An input that the document shows.
                _ = try store.file(String(words[1]), example.output.joined(separator: "\n") + "\n")
                continue
            }
            let found = try Self.run(command, in: store.directory, binary: binary)
            let shownIDs = example.output.flatMap { $0.matches(of: /key_[0-9A-Z]{26}/).map { String($0.0) } }
            let givenIDs = found.flatMap { $0.matches(of: /key_[0-9A-Z]{26}/).map { String($0.0) } }
            for (shown, given) in zip(shownIDs, givenIDs) where !ids.contains(where: { $0.shown == shown }) {
                ids.append((shown, given))
            }
            if isWriting { written.append((example.line, example.output.count + 1, ["$ " + command] + found)) }
            if !isWriting {
                #expect(
                    found.map(Self.comparable) == example.output.map(Self.comparable),
                    "line \(example.line + 1): \(example.command)"
                )
            }
        }
        for change in written.reversed() {
            lines.replaceSubrange(change.line..<change.line + change.old, with: change.new.map { Substring($0) })
        }
        if isWriting { try lines.joined(separator: "\n").write(to: Self.document, atomically: true, encoding: .utf8) }
    }
}
