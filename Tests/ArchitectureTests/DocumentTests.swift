import Testing

/// The documents of the project.
@Suite("The documents")
struct DocumentTests {
    @Test func `have one title and no dead links`() throws {
        for file in try SourceTree.files("docs", endings: ["md"]) + SourceTree.files(".", endings: ["md"]) {
            if file.path.contains("/Sources/") || file.path.contains("/docs/") && file.path.hasPrefix("./") { continue }
            // A template, whose links are filled in for the place where the report goes.
            if file.path.contains("Benchmarks/runner/notes/") { continue }
            var titles = 0
            var isCode = false
            for line in file.lines {
                if line.hasPrefix("```") { isCode.toggle() }
                if !isCode, line.hasPrefix("# ") { titles += 1 }
            }
            #expect(titles == 1, "\(file.path) has \(titles) titles")
            for link in file.text.matches(of: /\]\(([^)#:\s]+)(?:#[^)]*)?\)/) {
                #expect(SourceTree.exists(String(link.1), from: file), "\(file.path) links to \(link.1)")
            }
        }
    }
}
