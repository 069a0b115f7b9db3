import Testing

/// Rules that hold for every file, whatever layer it belongs to.
@Suite("Every file")
struct SourceRuleTests {
    /// Where memory may be touched without the compiler's protection: a target, or a file of one. Everything else works
    /// on spans and values.
    private static let unsafePlaces: Set<String> = [
        // Its purpose: C's pointers in, spans out.
        "FStoreLMDB",
        "FStore/Backup", "FStore/Checksum", "FStore/ClockGuard", "FStore/FeatureSeries", "FStore/StoreCreation",
        "FStore/StoreOpening",
        "FStore/SystemThread", "FStore/Timestamp", "FStore/ValueView",
        "FStoreCatalog/Catalog+Upkeep", "FStoreCatalog/CatalogOpening", "FStoreCatalog/CatalogRoom",
        "FStoreCatalog/CommitNote", "FStoreCatalog/UnixNanoseconds",
        "FStoreSecurity/Digest", "FStoreSecurity/SHA256", "FStoreSecurity/SealingKey", "FStoreSecurity/SealingKey+File",
        "FStoreSecurity/SecretSealer", "FStoreSecurity/FileSealing", "FStoreSecurity/SystemRandom",
        "FStoreSecurity/Base64URL", "FStoreSecurity/FrequentPasswords", "FStoreSecurity/HMAC",
        "FStoreSecurity/PasswordHash", "FStoreSecurity/WebhookSecret", "FStoreConnectors/WebExchange",
        "FStoreTelemetry/Lock", "FStoreTelemetry/LogFile", "FStoreTelemetry/LogOutput", "FStoreTelemetry/LogTime",
        "FStoreTelemetry/ProcessReading",
        "FStoreCatalog/Catalog+Disk", "FStoreServices/ExportFile", "FStoreServices/ExportService",
        "FStoreHTTP/FileReader",
        "FStoreServices/TimeSource", "FStoreHTTP/ControlThreads", "FStoreHTTP/DocumentationAssets",
        "FStoreHTTP/GzipReader", "FStoreHTTP/GzipWriter", "FStoreHTTP/JSONBuffer",
        "FStoreHTTP/JSONBuffer+ByteBuffer", "FStoreHTTP/JSONBuffer+Double", "FStoreHTTP/JSONBuffer+Values",
        "FStoreCommand/BackupCommand", "FStoreCommand/CatalogCopy",
        "FStoreCommand/SealedBackup",
        "FStoreCommand/Output", "FStoreCommand/ProcessEnvironment", "FStoreCommand/RestoreAftercare",
        "FStoreCommand/ServerLock", "FStoreCommand/StoreArguments", "FStoreCommand/SystemdNotice",
        "FStoreCommand/UserPasswordCommand",
        "FStoreCommand/VerifyChild",
        "FStoreCommand/DescriptorLimit", "FStoreCommand/FilePermissions",
        "FStoreConnectors/Inflater", "FStoreConnectors/NetworkAddress", "FStoreConnectors/PostgreSQLConnection",
        "FStoreArrow/Bytes+Numbers", "FStoreConnectors/ChildProgram", "FStoreConnectors/DirectoryNames",
        "FStoreConnectors/DiskRoom", "FStoreConnectors/TemporaryFile", "FStoreConnectors/InputDecoder",
        "FStoreConnectors/IngestRoot",
        "FStoreConnectors/InputDigest", "FStoreConnectors/InputFile", "FStoreConnectors/PendingCommit",
        "FStoreConnectors/RejectedRow", "FStoreConnectors/SystemCall",
        "FStoreHTTP/Admission", "FStoreHTTP/DescriptorReserve", "FStoreHTTP/UnsentBytes",
        "FStoreWire/RequestIdentity", "FStoreWire/Span+Text",
    ]

    /// Where the system is asked for the time. Everything else is given a clock that tests can set.
    private static let timePlaces: Set<String> = [
        // The clocks themselves, and where they are the default.
        "FStore/ClockGuard", "FStore/Timestamp", "FStore/StoreOptions", "FStoreCatalog/UnixNanoseconds",
        "FStoreServices/TimeSource",
        "FStoreTelemetry/LogTime", "FStoreTelemetry/LineLogHandler",
        // How long something took, or waits: never when it happened.
        "FStore/GroupCommit", "FStore/Maintenance", "FStore/SystemThread", "FStore/WriteLockWatch",
        "FStoreCommand/ProgressLine", "FStoreConnectors/PendingCommit",
        // The moment of a command that somebody has typed.
        "FStoreCommand/KeyCreateCommand", "FStoreCommand/PutCommand",
        "FStoreCommand/QueryFile", "FStoreCommand/ArgumentText", "FStoreCommand/KeyCommand",
        // How long a load took, and the moment of its rows that name none.
        "FStoreConnectors/FileLoad",
        // Until when a source may be read, and its rows counted.
        "FStoreServices/APISourceReader", "FStoreServices/DataService", "FStoreServices/ExportService",
        "FStoreServices/FileSourceReader",
        "FStoreServices/PostgreSQLSourceReader",
        "FStoreServices/IngestionService", "FStoreServices/IngestionRunner", "FStoreServices/RunControl",
        // The date of an answer to what never becomes a request.
        "FStoreHTTP/Refusals",
    ]

    /// The targets that programs of others import. They promise what they make public.
    private static let publicTargets: Set<String> = ["FStore", "FStoreClient", "FStoreFoundation"]

    @Test func `unsafe code stands in places that a list names`() throws {
        try expect(Self.unsafePlaces) { line in
            line.contains("unsafe") && line.contains(/\bunsafe |@unsafe\b|\(unsafe\)/)
        }
    }

    @Test func `the time is asked for in places that a list names`() throws {
        let clocks =
            /\b(?:Timestamp|LogTime|ContinuousClock|SuspendingClock|Date|DispatchTime)\.now\b|(?:^|[ (:])\.now\b/
        try expect(Self.timePlaces) { line in
            line.contains(".now") && line.contains(clocks)
                || ["clock_gettime", "gettimeofday", "Date()", "time(nil)"].contains { line.contains($0) }
        }
    }

    /// Each file of the sources with such a line is in one of `places`, and each of them still has one.
    private func expect(_ places: Set<String>, have isMatch: (Substring) -> Bool) throws {
        var used: Set<String> = []
        for file in try SourceTree.files("Sources") {
            let target = String(file.place.prefix { $0 != "/" })
            guard let found = file.code.first(where: { isMatch($0.line) }) else { continue }
            let place = places.contains(target) ? target : file.place
            used.insert(place)
            #expect(places.contains(place), "\(file.path):\(found.number):\(found.line)")
        }
        #expect(places.subtracting(used).isEmpty, "the list names what is no longer there")
    }

    @Test func `public is a promise of those that others import`() throws {
        for target in try SourceTree.folders("Sources") where !Self.publicTargets.contains(target) {
            for file in try SourceTree.files("Sources/\(target)") {
                for (number, line) in file.code where line.drop(while: { $0 == " " }).hasPrefix("public ") {
                    Issue.record("\(file.path):\(number): package is enough")
                }
            }
        }
    }

    @Test func `files are small rooms`() throws {
        let endings = ["swift", "c", "h", "py", "sh"]
        for folder in ["Sources", "Tests", "Benchmarks"] {
            for file in try SourceTree.files(folder, endings: endings) {
                #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count - 1) lines")
                guard file.path.hasSuffix(".swift"), !file.path.contains("Tests/") else { continue }
                for (number, line) in file.lines.enumerated() where line.count > 120 {
                    Issue.record("\(file.path):\(number + 1) has \(line.count) characters")
                }
            }
        }
    }

    @Test func `no file is about everything`() throws {
        let refused = ["Utils", "Helpers", "Common", "Misc", "Manager"]
        for folder in ["Sources", "Tests", "Benchmarks"] {
            for file in try SourceTree.files(folder, endings: ["swift", "c", "h", "py"]) {
                for word in refused { #expect(!file.path.contains(word), "\(file.path)") }
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

    /// Foundation's way of starting a program reads past the end of memory when many descriptors are open, which once
    /// ended the tests with a segmentation fault. `ChildProcess` of the tests tells why and is used instead.
    @Test(arguments: ["Sources", "Tests", "Benchmarks"])
    func `no program is started by Foundation`(directory: String) throws {
        let start = try Regex(#"\b"# + "Process" + #"\(\)"#)
        for file in try SourceTree.files(directory) {
            #expect(!file.lines.contains { $0.contains(start) }, "\(file.path)")
        }
    }
}
