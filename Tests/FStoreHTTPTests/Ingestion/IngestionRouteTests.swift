import FStore
import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("Jobs over HTTP", .blocking)
struct IngestionRouteTests {
    private static func rows(_ count: Int) -> String {
        var text = "id,timestamp,value\n"
        for number in 0..<count { text += "e\(number % 1000),2024-01-01T00:00:10.\(1_000_000 + number)Z,\(number)\n" }
        return text
    }

    @Test func `all enabled sources are read, several at once, and the status shows it`() async throws {
        let server = try await IngestionServer()
        for name in ["a", "b", "c"] {
            try server.write("\(name).csv", Self.rows(2000))
            _ = try server.source(name, #"{"path":"\#(name).csv"}"#, more: name == "c" ? #","enabled":false"# : "")
        }
        let job = try await server.run()
        #expect(job["records_processed"] as? Int == 4000, "\(job)")
        let status = try server.data("GET", "/api/v1/ingestion/status")
        #expect(status["is_running"] as? Bool == false && status["current_job"] is NSNull)
        let last = try #require(status["last_completed"] as? [String: Any])
        #expect(last["id"] as? String == job["id"] as? String && last["duration"] is Int)
        #expect(try server.server.ask("POST", "/api/v1/ingestion/start", body: #"{"sources":["c"]}"#).status == 409)
        #expect(try server.server.ask("POST", "/api/v1/ingestion/start", body: #"{"sources":["d"]}"#).status == 404)
    }

    @Test func `with nothing to read a job is done at once`() async throws {
        let server = try await IngestionServer()
        let job = try await server.run()
        #expect(job["status"] as? String == "completed" && job["total_records"] as? Int == 0)
    }

    /// Two jobs at once would read a source twice; a stopped one must leave what is stored and go on behind it.
    @Test func `a busy source is refused by name, a job is stopped, and the next one goes on behind it`() async throws {
        let server = try await IngestionServer()
        let count = 60_000
        try server.write("a.csv", Self.rows(count))
        _ = try server.source("a", #"{"path":"a.csv"}"#)
        let body = #"{"sources":["a"],"options":{"batch_size":200}}"#
        let started = try server.data("POST", "/api/v1/ingestion/start", body: body)
        let id = try #require(started["job_id"] as? String)
        #expect((started["estimated_duration"] as? Int ?? 0) >= 1)
        let refused = try server.server.ask("POST", "/api/v1/ingestion/start", body: body)
        #expect(refused.status == 409 && refused.text.contains("is being read"), "\(refused.text)")
        // All that are idle are none.
        #expect(try await server.run()["total_records"] as? Int == 0)
        var seen = 0
        while seen == 0 {
            let job = try server.data("GET", "/api/v1/ingestion/jobs/\(id)")
            try #require(job["status"] as? String == "running")
            seen = job["records_processed"] as? Int ?? 0
        }
        let stopped = try server.data("POST", "/api/v1/ingestion/stop", body: #"{"job_id":"\#(id)"}"#)
        #expect(stopped["status"] as? String == "stopped" && stopped["stopped_at"] is String)
        let first = try await server.ended(id)
        #expect(first["status"] as? String == "stopped", "\(first)")
        let done = first["records_processed"] as? Int ?? 0
        #expect(done >= seen && done < count)
        let second = try await server.run(#"{"sources":["a"]}"#)
        #expect(second["records_processed"] as? Int == count - done, "\(first) \(second)")
        #expect(try server.server.store.statistics().cells == count)
    }

    @Test func `a job that takes longer than it may fails`() async throws {
        let server = try await IngestionServer()
        try server.write("a.csv", Self.rows(100_000))
        _ = try server.source("a", #"{"path":"a.csv"}"#)
        let job = try await server.run(#"{"options":{"batch_size":50,"timeout":1}}"#)
        // A machine that is fast enough does it within the second.
        if job["status"] as? String == "failed" {
            #expect("\(job["runs"] ?? "")".contains("timeout of 1 seconds"), "\(job)")
        }
    }

    @Test func `another organization sees nothing of it`() async throws {
        let server = try await IngestionServer()
        try server.write("a.csv", Self.rows(10))
        let id = try server.source("a", #"{"path":"a.csv"}"#)
        let job = try await server.run()
        let key = try await server.server.key(.admin, organization: "others")
        let name = try #require(job["id"] as? String)
        #expect(try server.server.ask("GET", "/api/v1/ingestion/jobs/\(name)", key: key).status == 404)
        #expect(try server.server.ask("GET", "/api/v1/sources/\(id)/rejects", key: key).status == 404)
        #expect(try server.server.ask("POST", "/api/v1/sources/\(id)/test", key: key).status == 404)
        let body = #"{"sources":["\#(id)"]}"#
        #expect(try server.server.ask("POST", "/api/v1/ingestion/start", key: key, body: body).status == 404)
        let listed = try server.server.ask("GET", "/api/v1/ingestion/jobs", key: key)
        #expect(listed.status == 200 && !listed.text.contains(name))
    }
}
