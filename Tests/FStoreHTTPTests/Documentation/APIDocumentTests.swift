import FStoreIdentity
import FStoreTestSupport
import Foundation
import HTTPTypes
import Testing

@testable import FStoreHTTP

/// Holds `docs/api.md` to the server.
@Suite("docs/api.md", .blocking)
struct APIDocumentTests {
    private static let file = Repository.url("docs/api.md")
    private static let start =
        "<!-- operations: made from the table of operations; FSTORE_RECORD=1 writes it anew -->\n"
    private static let end = "<!-- end of operations -->\n"

    @Test func `lists the operations as the server has them`() async throws {
        let server = try await TestServer()
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let first = try #require(text.range(of: Self.start))
        let last = try #require(text.range(of: Self.end))
        let table = Self.table(server.operations)
        if ProcessInfo.processInfo.environment["FSTORE_RECORD"] != nil {
            let recorded = text[..<first.upperBound] + table + text[last.lowerBound...]
            try String(recorded).write(to: Self.file, atomically: true, encoding: .utf8)
        } else {
            #expect(String(text[first.upperBound..<last.lowerBound]) == table, "FSTORE_RECORD=1 writes it anew")
        }
    }

    private static func table(_ operations: [FStoreHTTP.Operation]) -> String {
        var text = "| Operation | What it does | Who may | Limit | Document | Answers |\n|---|---|---|---|---|---|\n"
        for operation in operations {
            let errors = DocumentedError.all(of: operation).map(\.status)
            let statuses =
                operation.answers.map(\.status).sorted() + errors.filter { [404, 409, 412, 422].contains($0) }
            let cells = [
                "`\(operation.method.rawValue) \(operation.path.text)`", operation.summary, operation.rule.access.name,
                operation.rule.rate == .exempt ? "none" : operation.rule.rate.rawValue, operation.owner.rawValue,
                statuses.map(String.init).joined(separator: ", "),
            ]
            text += "| " + cells.joined(separator: " | ") + " |\n"
        }
        return text
    }

    /// A line that begins with `curl` and says behind `#` which status it is answered with.
    private struct Example {
        let line: Int
        let command: String
        let status: Int
    }

    private static func script() throws -> (examples: [Example], setup: [Int: [String]]) {
        var examples: [Example] = []
        var setup: [Int: [String]] = [:]
        var isShell = false
        var pending = ""
        let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("```") {
                isShell = line == "```sh"
                continue
            }
            guard isShell, !line.isEmpty else { continue }
            pending += line
            // A line goes on behind a backslash, and within quotes.
            if line.hasSuffix("\\") || pending.count(where: { $0 == "'" }) % 2 == 1 {
                pending += "\n"
                continue
            }
            defer { pending = "" }
            if let match = pending.firstMatch(of: #/\s+# (\d\d\d)$/#), let status = Int(match.1) {
                let command = String(pending[..<match.range.lowerBound])
                examples.append(Example(line: index + 1, command: command, status: status))
            } else {
                setup[examples.count, default: []].append(pending)
            }
        }
        return (examples, setup)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
    func `has examples that work, one for every operation`() async throws {
        let server = try await TestServer()
        let (examples, setup) = try Self.script()
        #expect(examples.count >= server.operations.count - 1)
        var text = "set -u\nexport FSTORE=http://127.0.0.1:\(server.port) KEY=\(TestServer.operatorKey)\n"
        // Every request asks for its identity, so that the log of what was answered can be put beside the table.
        for (index, example) in examples.enumerated() {
            for line in setup[index] ?? [] where !line.hasPrefix("export ") { text += line + "\n" }
            let command = example.command.replacing(
                "curl ",
                with: "curl -s -o body -w '%{http_code} %{method} %{url}' "
            )
            text += "echo \"\(index) $(\(command))\"\n"
        }
        let output = try await Self.run(text, in: server.directory)
        var answered: [Int: (status: Int, method: String, path: String)] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
            guard parts.count == 4, let index = Int(parts[0]), let status = Int(parts[1]) else { continue }
            let target = parts[3].dropFirst("http://".count)
            let path = target.drop { $0 != "/" }.prefix { $0 != "?" }
            answered[index] = (status, parts[2], String(path))
        }
        let table = OperationTable(server.operations)
        var shown: Set<String> = []
        for (index, example) in examples.enumerated() {
            let answer = try #require(answered[index], "line \(example.line): no answer\n\(output)")
            #expect(answer.status == example.status, "line \(example.line): \(example.command)")
            let method = try #require(HTTPRequest.Method(answer.method))
            if case .operation(let position, _) = table.match(method, answer.path[...]) {
                shown.insert(server.operations[position].id)
            }
        }
        let missing = Set(server.operations.map(\.id)).subtracting(shown)
        #expect(missing.subtracting(["documentationAsset"]) == [])
    }

    private static func run(_ script: String, in directory: URL) async throws -> String {
        let pipe = Pipe()
        let process = try ChildProcess(
            URL(filePath: "/bin/bash"),
            ["-c", "cd \"$0\"\n\(script)", directory.path],
            output: .pipe(pipe),
            error: .pipe(pipe)
        )
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.wait()
        return String(decoding: data, as: UTF8.self)
    }
}
