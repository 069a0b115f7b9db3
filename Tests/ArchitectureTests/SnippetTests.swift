import FStoreTestSupport
import Testing

/// The Swift code in the documents is the code that `Tests/Systems/Embedding` compiles and runs.
@Suite("Code in the documents")
struct SnippetTests {
    private static let documents =
        ["README.md", "docs/embedding.md"]
        + [
            "FStore", "DataModel", "PointInTimeReads", "WritingAndDurability", "Changes", "Concurrency", "Caveats",
            "Cookbook",
        ]
        .map { "Sources/FStore/FStore.docc/\($0).md" }

    private static let sources =
        [
            "FirstProgram/FirstProgram", "AsyncProgram/AsyncProgram", "Snippets/TenLines", "Snippets/Opening",
            "Snippets/Writing", "Snippets/Reading", "Snippets/Keeping", "Snippets/Following",
        ]
        .map { "Tests/Systems/Embedding/Sources/\($0).swift" }

    @Test(arguments: documents)
    func `show only code that is compiled`(document: String) throws {
        let compiled = try Self.compiled()
        let lines = try Repository.text(of: document).split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where line.hasPrefix("```swift") {
            let marker = number > 0 ? lines[number - 1] : ""
            let isMarked = marker.hasPrefix("<!-- snippet: ") && marker.hasSuffix(" -->")
            try #require(isMarked, "\(document):\(number + 1): Swift code without the name of a snippet before it")
            let name = String(marker.dropFirst(14).dropLast(4))
            let shown = lines[(number + 1)...].prefix { !$0.hasPrefix("```") }.map(String.init)
            let expected = try #require(compiled[name], "\(document):\(number): there is no snippet \(name)")
            #expect(shown == expected, "\(document):\(number + 1): \(name) differs from what is compiled")
        }
    }

    @Test func `show every snippet somewhere`() throws {
        var shown: Set<String> = []
        for document in Self.documents {
            for line in try Repository.text(of: document).split(separator: "\n")
            where line.hasPrefix("<!-- snippet: ") {
                shown.insert(String(line.dropFirst(14).dropLast(4)))
            }
        }
        #expect(try Set(Self.compiled().keys) == shown)
    }

    /// The lines between `// snippet: name` and `// end`, without the indentation of the first of these two.
    private static func compiled() throws -> [String: [String]] {
        var snippets: [String: [String]] = [:]
        for source in sources {
            var name: String?
            var indentation = 0
            for line in try Repository.text(of: source).split(separator: "\n", omittingEmptySubsequences: false) {
                if let marker = line.firstRange(of: "// snippet: ") {
                    indentation = line.distance(from: line.startIndex, to: marker.lowerBound)
                }
                let text = String(line.dropFirst(indentation))
                if text.hasPrefix("// snippet: ") {
                    name = String(text.dropFirst(12))
                    try #require(snippets.updateValue([], forKey: name ?? "") == nil, "\(source): \(text) occurs twice")
                } else if text == "// end" {
                    name = nil
                } else if let name {
                    snippets[name]?.append(text)
                }
            }
        }
        return snippets
    }
}
