import FStore
import FStoreIdentity
import FStoreServices
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("Settings of the server over HTTP", .blocking)
struct ConfigurationRouteTests {
    private static func ingestion(_ server: IngestionServer) throws -> [String: Any] {
        let data = try server.data("GET", "/api/v1/config")
        return try #require(data["ingestion"] as? [String: Any])
    }

    @Test func `what is set is shown, counts at once and outlasts a start`() async throws {
        let server = try await IngestionServer()
        #expect(try Self.ingestion(server)["batch_size"] as? Int == 10_000)
        let body = #"{"ingestion":{"batch_size":50,"max_workers":2},"storage":{"retention_days":60}}"#
        let answer = try server.data("PUT", "/api/v1/config", body: body)
        #expect(answer["restart_required"] as? Bool == false && answer["message"] is String)
        let seen = try Self.ingestion(server)
        #expect(seen["batch_size"] as? Int == 50 && seen["max_workers"] as? Int == 2 && seen["interval"] as? Int == 0)
        // A start reads the same.
        try await server.server.services.reload()
        #expect(try Self.ingestion(server)["batch_size"] as? Int == 50)
        try server.write("d.csv", "id,timestamp,value\na,2024-01-01,1\n")
        _ = try server.source("s", #"{"path":"d.csv"}"#)
        _ = try await server.run()
        let feature = try #require(try server.server.store.feature(named: "s.value", space: 0))
        #expect(feature.definition.retention.maxAge == .seconds(60 * 86_400))
        // Null takes it back.
        _ = try server.data("PUT", "/api/v1/config", body: #"{"storage":{"retention_days":null}}"#)
        let storage = try server.data("GET", "/api/v1/config")["storage"] as? [String: Any]
        #expect(storage?["retention_days"] is NSNull)
    }

    @Test(arguments: [
        #"{"ingestion":{"batch_size":0}}"#, #"{"ingestion":{"interval":-1}}"#, #"{"ingestion":{"max_workers":65}}"#,
        #"{"storage":{"retention_days":0}}"#, #"{"database":{"host":"x"}}"#, #"{"ingestion":{"workers":2}}"#,
    ])
    func `what cannot be set is refused, and nothing of it counts`(body: String) async throws {
        let server = try await IngestionServer()
        let both = body.replacing("{\"ingestion\":{", with: "{\"ingestion\":{\"batch_size\":77,")
        for body in [body, both] where body != both || body.contains("ingestion") == false {
            let answer = try server.server.ask("PUT", "/api/v1/config", body: body)
            #expect(answer.status == 422 || answer.status == 400, "\(answer.text)")
        }
        #expect(try Self.ingestion(server)["batch_size"] as? Int == 10_000)
    }

    @Test func `with an interval sources are read by themselves`() async throws {
        let server = try await IngestionServer()
        try server.write("d.csv", "id,timestamp,value\na,2024-01-01,1\n")
        _ = try server.source("s", #"{"path":"d.csv"}"#)
        _ = try server.data("PUT", "/api/v1/config", body: #"{"ingestion":{"interval":1}}"#)
        for _ in 0..<500 {
            if try server.server.store.feature(named: "s.value", space: 0) != nil,
                try server.values("s.value", "a").count == 1,
                (try server.data("GET", "/api/v1/status")["ingestion"] as? [String: Any])?["last_cycle"] is String
            {
                break
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try server.values("s.value", "a").count == 1)
        let status = try server.data("GET", "/api/v1/status")
        let ingestion = try #require(status["ingestion"] as? [String: Any])
        #expect((ingestion["cycles_completed"] as? Int ?? 0) >= 1 && ingestion["last_cycle"] is String)
        #expect(ingestion["errors_count"] as? Int == 0)
        let storage = try #require(status["storage"] as? [String: Any])
        #expect(storage["total_records"] as? Int == 1 && storage["type"] as? String == "local")
        #expect((storage["available_space_bytes"] as? Int ?? 0) > 0 && storage["available_space"] is String)
        let metrics = try server.data("GET", "/api/v1/metrics")
        let system = try #require(metrics["system"] as? [String: Any])
        #expect((system["memory_usage"] as? Double ?? 0) > 1 && (system["disk_usage"] as? Double ?? 0) > 0)
        #expect((metrics["database"] as? [String: Any])?["query_time"] is Double)
    }

    @Test func `measurements are text for Prometheus when it is asked for`() async throws {
        let server = try await IngestionServer()
        let accept = [("Accept", "text/plain; version=0.0.4")]
        let text = try server.server.ask("GET", "/api/v1/metrics", headers: accept)
        #expect(text.status == 200 && text.text.contains("# TYPE"), "\(text.text.prefix(200))")
        #expect(try server.server.ask("GET", "/api/v1/metrics", headers: [("Accept", "*/*")]).text.hasPrefix("{"))
    }

    @Test(arguments: [
        (0, "0B"), (1023, "1023B"), (1024, "1.0KB"), (1_610_612_736, "1.5GB"), (2_621_440, "2.5MB"),
    ])
    func `sizes are written as the document does`(bytes: Int, text: String) {
        #expect(StatusRoutes.size(bytes) == text)
    }
}
