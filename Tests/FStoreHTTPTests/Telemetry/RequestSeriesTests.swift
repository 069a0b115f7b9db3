import FStoreServices
import FStoreTestSupport
import Foundation
import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import FStoreHTTP

@Suite("What is told of requests", .blocking)
struct RequestSeriesTests {
    /// A server that nobody had asked anything showed 129 KB of zeros to each scrape.
    @Test func `has series for what was asked, and no others`() async throws {
        let server = try await TestServer()
        let first = try server.ask("GET", "/metrics", key: nil)
        #expect(first.body.count < 10_000, "\(first.body.count)")
        #expect(first.text.contains("# TYPE http_requests_total counter\n"))
        #expect(!first.text.contains("http_requests_total{"))
        _ = try server.ask("GET", "/api/v1/features")
        let second = try server.ask("GET", "/metrics", key: nil).text
        #expect(second.contains("http_requests_total{method=\"GET\",endpoint=\"/api/v1/features\",status=\"200\"} 1\n"))
        #expect(
            second.contains(
                "fstore_http_request_duration_seconds_count{endpoint=\"/api/v1/features\",method=\"GET\"} 1\n"
            )
        )
        #expect(!second.contains("status=\"500\""))
        // What is one series is there from the beginning.
        #expect(first.text.contains("\nfstore_http_fast_answers_total 0\n"))
    }

    /// Probes and scrapes come every few seconds, and filled the log.
    @Test(arguments: RequestLogging.allCases)
    func `has a line for each request, and for probes where somebody looks for them`(level: RequestLogging) async throws
    {
        let server = try await TestServer()
        let lines = LineLog()
        let log = RequestLog(
            logger: Logger(label: "test") { _ in lines },
            level: level,
            table: OperationTable(server.operations)
        )
        for (position, operation) in server.operations.enumerated() {
            var progress = Responder.RequestProgress(
                requestID: "r",
                path: operation.path.text,
                query: "",
                time: RequestTime(server.services.time)
            )
            progress.operation = position
            log.request(.get, status: 200, nanoseconds: 1, progress)
            let isProbe = ["/livez", "/readyz", "/metrics", "/health", "/api/v1/health"].contains(operation.path.text)
            let expected: Logger.Level? =
                switch level {
                case .failures: nil
                case .control: isProbe ? .debug : .info
                case .all: .info
                }
            #expect(lines.take() == expected, "\(operation.id)")
            log.request(.get, status: 503, nanoseconds: 1, progress)
            #expect(lines.take() == .error, "\(operation.id)")
        }
    }
}

/// Keeps the level of the last line.
private final class LineLog: LogHandler {
    private let level = Mutex<Logger.Level?>(nil)
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func take() -> Logger.Level? {
        level.withLock { level in
            defer { level = nil }
            return level
        }
    }

    func log(event: LogEvent) { level.withLock { $0 = event.level } }
}
