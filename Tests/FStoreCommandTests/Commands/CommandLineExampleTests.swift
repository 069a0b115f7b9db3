import FStoreTestSupport
import Foundation
import Testing

/// Runs the examples of `docs/cli.md`, those of a server excepted, in their order, and compares what they print.
///
/// `FSTORE_WRITE_EXAMPLES=1` writes the output into the document instead.
@Suite("The examples of docs/cli.md")
struct CommandLineExampleTests {
    private static let document = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/cli.md")
    /// Chapters whose examples need a server.
    private static let served: Set<Substring> = ["## serve", "## key", "## organization and user"]

    private struct Example {
        var line: Int
        var command: String
        var output: [String]
    }

    private static func examples(_ lines: [Substring]) -> [Example] {
        var examples: [Example] = []
        var isCode = false
        var isServed = false
        for (number, line) in lines.enumerated() {
            if line.hasPrefix("## ") { isServed = served.contains(line) }
            if line.hasPrefix("```") {
                isCode.toggle()
            } else if isCode, !isServed {
                if line.hasPrefix("$ ") {
                    examples.append(Example(line: number, command: String(line.dropFirst(2)), output: []))
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
        for example in examples {
            let words = example.command.split(separator: " ")
            if words.count == 2, words[0] == "cat",
                !FileManager.default.fileExists(atPath: store.path(String(words[1])))
            {
                // An input that the document shows.
                _ = try store.file(String(words[1]), example.output.joined(separator: "\n") + "\n")
                continue
            }
            let found = try Self.run(example.command, in: store.directory, binary: binary)
            if isWriting { written.append((example.line + 1, example.output.count, found)) }
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
