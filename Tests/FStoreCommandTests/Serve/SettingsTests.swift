import FStore
import FStoreHTTP
import FStoreTelemetry
import FStoreTestSupport
import FStoreWire
import Foundation
import Logging
import Testing

@testable import FStoreCommand

@Suite("Settings of the server")
struct SettingsTests {
    static func settings(
        _ flags: [String: String] = [:],
        _ environment: [String: String] = [:]
    ) async throws -> Settings {
        try await SettingsReader(flags: flags, environment: environment).read()
    }

    @Test func `a flag is stronger than the environment, that than the file, that than the default`() async throws {
        let store = try TemporaryStore()
        let file = try store.file("fstore.yaml", "# a comment\nthreads: 3\nconnections: 30\nlog_format: json\n")
        let settings = try await Self.settings(
            ["config": file, "threads": "5"],
            ["FSTORE_THREADS": "4", "FSTORE_CONNECTIONS": "40", "FSTORE_LOG_LEVEL": ""]
        )
        let found = Dictionary(uniqueKeysWithValues: settings.entries.map { ($0.setting.name, ($0.text, $0.source)) })
        #expect(found["threads"]?.0 == "5")
        #expect(found["threads"]?.1 == .flag)
        #expect(found["connections"]?.0 == "40")
        #expect(found["connections"]?.1 == .environment)
        #expect(found["log_format"]?.0 == "json")
        #expect(found["log_format"]?.1 == .file)
        #expect(found["log_level"]?.0 == "info")
        #expect(found["log_level"]?.1 == .standard)
        let options = try ServeOptions(settings)
        #expect(options.server.threads == 5)
        #expect(options.server.limits.connections == 40)
        #expect(options.logFormat == .json)
    }

    @Test func `every setting reaches the server's options`() async throws {
        let changed = [
            "durability": "relaxed", "map_size": "2G", "max_queued_batches": "7", "max_queued_bytes": "2M",
            "listen": "[::1]:81", "fast_path": "no", "docs_assets": "assets", "metrics_public": "false",
            "target_bytes": "2048", "header_bytes": "2049", "header_count": "11", "head_seconds": "1",
            "body_seconds": "2", "body_bytes_per_second": "6",
            "idle_seconds": "3", "write_seconds": "4", "drain_seconds": "5",
            "connections": "9", "connections_per_address": "8", "log_requests": "all", "log_level": "debug",
            "data": "elsewhere", "cors_origins": "https://a.example",
            "max_answer_bytes": "5M", "in_flight_bytes": "64M",
            "in_flight_bytes_per_organization": "33M", "in_flight_bytes_per_connection": "17M",
        ]
        let options = try ServeOptions(try await Self.settings(changed))
        #expect(options.directory == "elsewhere")
        #expect(options.store.durability == .relaxed)
        #expect(options.store.mapSize == 2 << 30)
        #expect(options.store.maxQueuedBatches == 7)
        #expect(options.store.maxQueuedBytes == 2 << 20)
        #expect(options.server.host == "::1")
        #expect(options.server.port == 81)
        #expect(!options.server.hasFastPath)
        #expect(!options.server.hasPublicMetrics)
        #expect(options.server.documentationAssets == "assets")
        #expect(options.server.crossOrigin == (try CrossOrigin("https://a.example")))
        #expect(options.server.logging == .all)
        #expect(options.logLevel == .debug)
        let limits = options.server.limits
        let wire = limits.wire
        #expect(limits.connections == 9)
        #expect(limits.connectionsPerAddress == 8)
        #expect(limits.maxAnswerBytes == 5 << 20)
        #expect(limits.inFlightBytes == 64 << 20)
        #expect(limits.inFlightBytesPerOrganization == 33 << 20)
        #expect(limits.inFlightBytesPerConnection == 17 << 20)
        let bytes: [Int] = [wire.targetBytes, wire.headerBytes, wire.headerCount]
        let seconds: [Int] = [
            wire.headSeconds, wire.bodySeconds, wire.idleSeconds, wire.writeSeconds, limits.drainSeconds,
        ]
        #expect(bytes == [2048, 2049, 11] as [Int])
        #expect(wire.bodyBytesPerSecond == 6)
        #expect(seconds == [1, 2, 3, 4, 5] as [Int])
    }

    @Test(arguments: [
        ("threads", "257", "--threads must be a whole number from 0 to 256; \"257\" was given"),
        ("threads", "many", "--threads must be a whole number from 0 to 256; \"many\" was given"),
        ("listen", "8000", "--listen must be host:port"), ("listen", "::1:8000", "--listen must be host:port"),
        ("listen", "a:65536", "--listen must be host:port"),
        ("fast_path", "maybe", "--fast-path must be true or false"),
        ("map_size", "1K", "--map-size must be bytes from 1048576"),
        ("log_format", "xml", "--log-format must be plain or json; \"xml\" was given"),
    ])
    func `a wrong value is refused with its name, its limit and itself`(
        name: String,
        value: String,
        sentence: String
    ) async throws {
        let error = await #expect(throws: CommandError.self) { try await Self.settings([name: value]) }
        #expect(error?.message.hasPrefix(sentence) == true, "\(error?.message ?? "")")
        #expect(error?.status == .settings)
    }

    @Test(arguments: [
        ("thread: 3\n", "there is no setting \"thread\"; did you mean threads?"),
        ("limits:\n  threads: 3\n", "there is no setting \"limits.threads\""),
        ("threads: [3]\n", "threads must be one value"),
        ("threads: 3\nthreads: 4\n", "not YAML"), ("threads\n", "not YAML"), ("\"\n", "not YAML"),
        ("bootstrap_key: x\n", "bootstrap_key is not allowed in the settings file"),
        ("config: other.yaml\n", "config is not allowed in the settings file"),
        ("threads: 257\n", "threads, in the settings file, must be a whole number"),
    ])
    func `a wrong file is refused`(text: String, sentence: String) async throws {
        let store = try TemporaryStore()
        let file = try store.file("fstore.yaml", text)
        let error = await #expect(throws: CommandError.self) { try await Self.settings([:], ["FSTORE_CONFIG": file]) }
        #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
    }

    @Test func `a file of comments sets nothing`() async throws {
        let store = try TemporaryStore()
        let file = try store.file("fstore.yaml", "# threads: 3\n\n   # connections: 4\n")
        #expect(try await Self.settings(["config": file]).integer("threads") == 0)
    }

    @Test func `secrets are masked, and stand in one place only`() async throws {
        let store = try TemporaryStore()
        let secret = String(repeating: "ab", count: 32)
        let run = try store.run("serve", "--print-config")
        #expect(run.output.contains("threads"))
        let environment = ["FSTORE_SECRET_KEY": secret, "FSTORE_BOOTSTRAP_KEY": StartTests.chosenKey]
        let settings = try await Self.settings([:], environment)
        #expect(try ServeOptions(settings).sealingKey != nil)
        let pipe = Pipe()
        let arguments = ["serve", "--print-config", "--json"]
        let process = try ChildProcess(
            ProgramRun.binary,
            arguments,
            environment: environment,
            output: .pipe(pipe)
        )
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(process.wait() == 0)
        #expect(text.contains(#"{"setting":"secret_key","value":"***","from":"environment"}"#))
        #expect(!text.contains(secret) && !text.contains(StartTests.chosenKey))
        #expect(try store.run("serve", "--secret-key", secret, status: 64).error.contains(secret) == false)
        let file = try store.file("secret", secret)
        let both = try await Self.settings(["secret_key_file": file], environment)
        #expect(throws: CommandError.self) { try ServeOptions(both) }
        let broken = try store.file("broken", "zz" + secret.dropFirst(2))
        let wrong = try await Self.settings(["secret_key_file": broken])
        let error = #expect(throws: CommandError.self) { try ServeOptions(wrong) }
        #expect(error?.message.contains(secret.dropFirst(2)) == false)
    }

    @Test func `one file of a certificate alone is refused`() async throws {
        let settings = try await Self.settings(["tls_certificate": "a.pem"])
        let error = #expect(throws: CommandError.self) { try ServeOptions(settings) }
        #expect(error?.message == "tls_certificate is set and tls_key is not; set both")
    }

    @Test func `a slip on the command line is met with the right name`() throws {
        let store = try TemporaryStore()
        #expect(try store.run("serve", "--thread", "3", status: 64).error.contains("did you mean --threads?"))
        #expect(try store.run("serve", "--threads", status: 64).error.contains("needs a value"))
        #expect(try store.run("serve", "x", status: 64).error.contains("unexpected"))
        #expect(try store.run("serve", "--threads=3", "--threads=3", status: 64).error.contains("twice"))
        let help = try store.run("serve", "--help").output
        for setting in SettingTable.all where !setting.isSecret { #expect(help.contains(setting.flag)) }
    }

    @Test func `the document says what the table says`() throws {
        let text = try Repository.text(of: "docs/configuration.md")
        #expect(text.contains(SettingsText.markdown), "the tables must read:\n\(SettingsText.markdown)")
    }
}
