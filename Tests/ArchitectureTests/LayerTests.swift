import Testing

/// The rules of `docs/architecture.md`, held by reading the sources.
@Suite("Architecture")
struct LayerTests {
    /// What each target may import. A target that is not named here does not exist.
    private static let allowed: [String: Set<String>] = [
        "FStoreLMDB": ["CLMDB", "CCRC32C", "Glibc", "Synchronization"],
        "FStore": ["CCRC32C", "FStoreLMDB", "Glibc", "Synchronization"],
        "FStoreSecurity": ["CSodium", "Glibc"],
        "FStoreCatalog": ["FStoreSecurity", "FoundationEssentials", "GRDB", "Glibc"],
        "FStoreTelemetry": ["Logging", "Synchronization", "Glibc"],
        "FStoreText": ["FStore"],
        "FStoreConnectors": ["FStore", "FStoreText", "Glibc", "Synchronization"],
        "FStoreServices": ["FStore", "FStoreCatalog", "FStoreSecurity", "FStoreText", "Synchronization"],
        "FStoreHTTP": [
            "CScheduler",
            "FStore", "FStoreCatalog", "FStoreSecurity", "FStoreServices", "FStoreTelemetry", "FStoreText", "Glibc",
            "HTTPTypes", "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "Logging", "NIOCore", "NIOHTTP1",
            "NIOHTTPTypes", "NIOPosix",
            "NIOSSL", "ServiceLifecycle", "Synchronization",
        ],
        "FStoreCommand": [
            "FStore", "FStoreCatalog", "FStoreConnectors", "FStoreHTTP", "FStoreSecurity", "FStoreServices",
            "FStoreTelemetry", "FStoreText",
            "ArgumentParser", "Configuration", "Glibc", "Logging", "ServiceLifecycle", "Synchronization",
            "UnixSignals",
        ],
    ]

    /// Where a pointer may be touched. Everything else works on spans and values.
    private static let unsafeFiles: Set<String> = [
        "Sources/FStore/Format/Checksum.swift", "Sources/FStore/Housekeeping/Backup.swift",
        "Sources/FStore/Lookup/EntityIterator.swift", "Sources/FStore/Lookup/ValueView.swift",
        "Sources/FStore/Model/Timestamp.swift", "Sources/FStore/Store/StoreCreation.swift",
        "Sources/FStore/Store/StoreOpening.swift", "Sources/FStore/Writing/SystemThread.swift",
    ]

    @Test(arguments: allowed.keys.sorted())
    func `arrows point down only`(target: String) throws {
        for file in try SourceTree.files("Sources/\(target)") {
            let beyond = Set(SourceTree.imports(file)).subtracting(Self.allowed[target] ?? [])
            #expect(beyond.isEmpty, "\(file.path) imports \(beyond)")
        }
    }

    @Test func `LMDB's names occur in one target`() throws {
        for target in Self.allowed.keys.sorted() where target != "FStoreLMDB" {
            for file in try SourceTree.files("Sources/\(target)") {
                let code = file.lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
                #expect(!code.contains("mdb_") && !code.contains("MDB_"), "\(file.path)")
            }
        }
    }

    /// Foundation's way of starting a program reads past the end of memory when many descriptors are open, which once
    /// ended the tests with a segmentation fault. `ChildProcess` of the tests tells why and is used instead.
    @Test(arguments: ["Sources", "Tests", "Benchmarks"])
    func `no program is started by Foundation`(directory: String) throws {
        let start = "Process" + "()"
        for file in try SourceTree.files(directory) {
            #expect(!file.lines.contains { $0.contains(start) }, "\(file.path)")
        }
    }

    @Test func `unsafe code stands in named places`() throws {
        for file in try SourceTree.files("Sources/FStore") where !Self.unsafeFiles.contains(file.path) {
            let code = file.lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            #expect(!code.contains { $0.contains("unsafe ") || $0.contains("@unsafe") }, "\(file.path)")
        }
    }

    @Test func `public is a promise of the engine alone`() throws {
        for target in Self.allowed.keys.sorted() where target != "FStore" {
            for file in try SourceTree.files("Sources/\(target)") {
                #expect(!file.lines.contains { $0.drop { $0 == " " }.hasPrefix("public ") }, "\(file.path)")
            }
        }
    }

    @Test func `files are small rooms`() throws {
        for folder in ["Sources", "Tests", "Benchmarks"] {
            for file in try SourceTree.files(folder) {
                #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
                for line in file.lines where line.count > 120 && !file.path.contains("Tests/") {
                    Issue.record("\(file.path) has a line of \(line.count) characters")
                }
            }
        }
    }

    @Test func `no file says what it is not about`() throws {
        let banned = ["Utils", "Helpers", "Common", "Misc", "Manager"]
        for folder in ["Sources", "Tests", "Benchmarks"] {
            for file in try SourceTree.files(folder) {
                for word in banned { #expect(!file.path.contains(word), "\(file.path)") }
            }
        }
    }

    @Test func `nothing is forced and nothing is left open`() throws {
        for file in try SourceTree.files("Sources") {
            for word in ["try!", "as!", "TODO", "FIXME", "DispatchQueue", "Task.detached"] {
                #expect(!file.text.contains(word), "\(file.path) says \(word)")
            }
            // A claim that the compiler cannot check has its proof above it.
            for (number, line) in file.lines.enumerated() where line.contains("@unchecked Sendable {") {
                let above = file.lines[max(0, number - 6)..<number].joined(separator: "\n")
                #expect(above.contains("@unchecked Sendable`:"), "\(file.path):\(number + 1)")
            }
        }
    }

    @Test func `documents have one title and no dead links`() throws {
        for file in try SourceTree.files("docs", endings: ["md"]) + SourceTree.files(".", endings: ["md"]) {
            if file.path.contains("/Sources/") || file.path.contains("/docs/") && file.path.hasPrefix("./") { continue }
            // A template, whose links are filled in for the place where the report goes.
            if file.path.contains("Benchmarks/Runner/notes/") { continue }
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
