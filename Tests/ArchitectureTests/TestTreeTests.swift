import Testing

/// The tests are found where their subject is.
@Suite("The tree of the tests")
struct TestTreeTests {
    /// What stands in `Tests` besides a folder for each target.
    private static let others: Set<String> = ["ArchitectureTests", "Systems", "TestSupport"]

    /// What a target's tests may have besides the folders of the target.
    private static let support: Set<String> = ["Fixtures", "Support"]

    @Test func `mirrors the sources`() throws {
        let targets = try SourceTree.folders("Sources")
        for folder in try SourceTree.folders("Tests") where !Self.others.contains(folder) {
            let target = String(folder.dropLast("Tests".count))
            guard folder.hasSuffix("Tests"), targets.contains(target) else {
                Issue.record("Tests/\(folder) is not <target>Tests of a target in Sources")
                continue
            }
            let nouns = try SourceTree.folders("Sources/\(target)")
            let beyond = Set(try SourceTree.folders("Tests/\(folder)")).subtracting(nouns).subtracting(Self.support)
            #expect(beyond.isEmpty, "Tests/\(folder) has \(beyond.sorted()); Sources/\(target) has \(nouns)")
            if nouns.isEmpty { continue }
            for file in try SourceTree.files("Tests/\(folder)") {
                let isInFolder = file.path.split(separator: "/").count > 3
                #expect(isInFolder, "\(file.path) lies beside the folders of \(target)")
            }
        }
    }

    @Test func `says nothing twice`() throws {
        // What the tests of two targets need stands in Tests/TestSupport.
        var declared: [String: String] = [:]
        for file in try SourceTree.files("Tests") where !file.path.hasPrefix("Tests/Systems/") {
            for match in file.text.matches(of: /(?m)^(?:package |final )*(?:struct|class|enum|actor) (\w+)/) {
                let name = String(match.1)
                if let other = declared.updateValue(file.path, forKey: name) {
                    Issue.record("\(name) is declared in \(other) and in \(file.path)")
                }
            }
        }
    }
}
