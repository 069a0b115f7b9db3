import FStoreIdentity
import FStoreTelemetry
import FStoreTestSupport
import Foundation
import Logging
import Testing

@testable import FStoreHTTP

@Suite("The log over HTTP", .blocking)
struct LogRouteTests {
    private static func server() async throws -> TestServer {
        let ring = LogRing()
        let output = LogOutput(descriptor: -1)
        for (index, level) in Logger.Level.allCases.enumerated() {
            var logger = Logger(label: index % 2 == 0 ? "even" : "odd") { label in
                LineLogHandler(
                    label: label,
                    format: .plain,
                    threshold: LogThreshold(.trace),
                    output: output,
                    ring: ring,
                    clock: { LogTime(milliseconds: Int64(index) * 1000) }
                )
            }
            logger.logLevel = .trace
            logger.log(level: level, "at \(level)", metadata: ["password": "hunter2", "path": "/a", "n": "\(index)"])
        }
        return try await TestServer { $0.logRing = ring }
    }

    private static func messages(_ server: TestServer, _ query: String) throws -> [String] {
        let answer = try server.ask("GET", "/api/v1/logs\(query)")
        try #require(answer.status == 200, "\(answer.text)")
        #expect(!answer.text.contains("hunter2") && answer.text.contains("[redacted]") || answer.text.contains("[]"))
        let data = try #require(answer.object["data"] as? [String: Any])
        return try #require(data["logs"] as? [[String: Any]]).map { "\($0["level"] ?? "") \($0["message"] ?? "")" }
    }

    @Test func `levels, parts of the server and times narrow it, the newest first`() async throws {
        let server = try await Self.server()
        #expect(
            try Self.messages(server, "?level=WARNING") == [
                "ERROR at critical", "ERROR at error", "WARNING at warning",
            ]
        )
        #expect(try Self.messages(server, "").count == 7)
        #expect(try Self.messages(server, "?source=odd&level=INFO") == ["ERROR at error", "INFO at notice"])
        let times = "?start_time=1970-01-01T00:00:02Z&end_time=1970-01-01T00:00:03Z"
        #expect(try Self.messages(server, times) == ["INFO at notice", "INFO at info"])
        #expect(try Self.messages(server, "?limit=2&page=2") == ["WARNING at warning", "INFO at notice"])
        #expect(try server.ask("GET", "/api/v1/logs?level=LOUD").status == 422)
    }

    @Test func `an administrator of an organization does not read it`() async throws {
        let server = try await Self.server()
        let key = try await server.key(.admin)
        #expect(try server.ask("GET", "/api/v1/logs", key: key).status == 403)
    }

    /// A log that grows for months must not take the memory of the server.
    @Test func `keeps the newest ten thousand lines`() {
        let ring = LogRing()
        let logger = Logger(label: "l") { label in
            LineLogHandler(label: label, format: .plain, output: LogOutput(descriptor: -1), ring: ring)
        }
        for number in 0..<25_000 { logger.info("line \(number)") }
        let (entries, total) = ring.entries(offset: 0, limit: 3) { _ in true }
        #expect(total == 10_000 && entries.map(\.message) == ["line 24999", "line 24998", "line 24997"])
        for _ in 0..<2000 { logger.info("\(String(repeating: "x", count: 10_000))") }
        #expect(ring.entries(offset: 0, limit: 0) { _ in true }.total < 1000)
    }
}
