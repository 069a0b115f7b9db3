import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreServices

/// One organization could fill the disk that all share, and write as fast as it liked with keys that have no limit.
@Suite("Quotas over HTTP", .blocking)
struct QuotaRouteTests {
    private struct Limited {
        let server: TestServer
        let path: String
        let key: String

        init(_ quotas: String) async throws {
            server = try await TestServer()
            let made = try server.ask("POST", "/api/v1/organizations", body: #"{"name":"acme",\#(quotas)}"#)
            path = try #require(made.header("Location"))
            key = try await server.key(.admin, organization: "acme")
            for name in ["f", "g"] { _ = try server.makeFeature(name, type: "float64", key: key) }
        }

        func write(
            _ target: String,
            _ body: String,
            type: String = "application/json",
            slowly: Bool = false
        ) throws -> HTTPSocket.Response {
            let headers = [("Authorization", "Bearer \(key)"), ("Content-Type", type)]
            return try HTTPSocket(port: slowly ? server.slowPort : server.port)
                .request("POST", target, headers: headers, body: body)
        }
    }

    private static let one = #"{"entity_id":"a","value":1}"#
    private static let values = "/api/v1/features/f/values"

    private static func batch(_ count: Int) -> String {
        "{\"values\":[" + (0..<count).map { #"{"entity_id":"e\#($0)","value":1}"# }.joined(separator: ",") + "]}"
    }

    private static func rows(_ count: Int) -> String {
        let rows = (0..<count).map { #"{"entity_id":"e\#($0)","values":{"f":1,"g":2}}"# }
        return "{\"rows\":[" + rows.joined(separator: ",") + "]}"
    }

    @Test(arguments: [
        ("/api/v1/features/f/values", batch(600), "application/json"),
        ("/api/v1/online/write", rows(300), "application/json"),
        (
            "/api/v1/features/f/values", (0..<600).map { #"{"entity_id":"e\#($0)","value":1}"# + "\n" }.joined(),
            "application/x-ndjson"
        ),
    ])
    func `each value of a batch counts, and each line`(target: String, body: String, type: String) async throws {
        let limited = try await Limited(#""max_writes_per_second":10"#)
        #expect(try limited.write(target, body, type: type).status == 201)
        // Sixty seconds of what it may write are used up, so that nothing comes back while the test runs.
        for path in [Self.values, "/api/v1/online/write"] {
            let body = path == Self.values ? Self.one : Self.rows(1)
            let before = limited.server.fastAnswers
            let fast = try limited.write(path, body)
            #expect(limited.server.fastAnswers == before + 1, "the fast path did not refuse it")
            #expect(fast.status == 429 && fast.text.contains("max_writes_per_second"), "\(fast.text)")
            let wait = try #require(fast.header("Retry-After").flatMap { Int($0) })
            #expect((30...60).contains(wait))
            let slow = try limited.write(path, body, slowly: true)
            func same(_ answer: HTTPSocket.Response) -> String {
                answer.withoutIdentity.replacing(#/retry-after: \d+|"retry_after_seconds":\d+|in \d+ s/#, with: "")
            }
            #expect(same(fast) == same(slow))
        }
        let lines = try limited.write(Self.values, Self.one + "\n", type: "application/x-ndjson")
        #expect(lines.status == 429)
        // Reads go on, and so does what takes away; another organization is not concerned.
        #expect(try limited.server.ask("GET", "/api/v1/features", key: limited.key).status == 200)
        #expect(try limited.server.ask("DELETE", "/api/v1/entities/e1", key: limited.key).status == 200)
        _ = try limited.server.makeFeature("f", type: "float64")
        #expect(try limited.server.ask("POST", Self.values, body: Self.one).status == 201)
        // The operator can let it go on at once.
        let more = #"{"max_writes_per_second":null}"#
        #expect(try limited.server.ask("PATCH", limited.path, body: more).status == 200)
        #expect(try limited.write(Self.values, Self.one).status == 201)
    }

    @Test func `the hot path refuses in front, and takes what is within the quota`() async throws {
        let limited = try await Limited(#""max_writes_per_second":10"#)
        let before = limited.server.fastAnswers
        #expect(try limited.write(Self.values, Self.one).status == 201)
        #expect(limited.server.fastAnswers == before + 1)
        // Sixty seconds of what it may write: nothing comes back while the test runs.
        #expect(try limited.write(Self.values, Self.batch(600)).status == 201)
        let used = limited.server.fastAnswers
        let refused = try limited.write(Self.values, Self.one)
        #expect(refused.status == 429 && limited.server.fastAnswers == used + 1)
    }

    @Test func `a long upload ends where the quota does, with what was stored`() async throws {
        let limited = try await Limited(#""max_writes_per_second":100"#)
        // More than one batch of the loader.
        let lines = (0..<120_000).map { "{\"entity_id\":\"e\($0)\",\"value\":1}\n" }.joined()
        let answer = try limited.write(Self.values, lines, type: "application/x-ndjson")
        #expect(answer.status == 429, "\(answer.text.prefix(300))")
        let details = try #require(answer.object["details"] as? [String: Any])
        let written = try #require(details["written"] as? Int)
        #expect(written > 0 && written < 120_000 && details["line"] is Int)
        let target = "/api/v1/features/f/values?limit=1"
        let stored = try limited.server.ask("GET", target, key: limited.key)
        #expect(stored.object["total"] as? Int == written)
    }

    @Test func `who has stored enough writes no more, deletes, and goes on`() async throws {
        let limited = try await Limited(#""max_stored_bytes":3000"#)
        #expect(try limited.write(Self.values, Self.batch(50)).status == 201)
        let refused = try limited.write(Self.values, Self.batch(50))
        #expect(refused.status == 507 && refused.text.contains("max_stored_bytes"), "\(refused.text)")
        let details = try #require(refused.object["details"] as? [String: Any])
        #expect(details["limit"] as? Int == 3000)
        #expect((1000...3000).contains(details["stored_bytes"] as? Int ?? 0))
        let fit = try limited.write(Self.values, Self.one)
        #expect(fit.status == 201)
        let service = limited.server.services.organizations
        try await service.countBytes()
        let report = try limited.server.ask("GET", limited.path, key: limited.key)
        #expect((1000...3000).contains(report.object["stored_bytes"] as? Int ?? 0))
        // Deleting goes on when nothing is left, on the disk and in the quota.
        let none = #"{"max_stored_bytes":1}"#
        #expect(try limited.server.ask("PATCH", limited.path, body: none).status == 200)
        let before = limited.server.fastAnswers
        let fast = try limited.write(Self.values, Self.one)
        #expect(limited.server.fastAnswers == before + 1, "the fast path did not refuse it")
        let slow = try limited.write(Self.values, Self.one, slowly: true)
        #expect(fast.status == 507 && fast.withoutIdentity == slow.withoutIdentity)
        let target = "/api/v1/features/f/values?entity_ids=e1"
        #expect(try limited.server.ask("DELETE", target, key: limited.key).status == 200)
        #expect(try limited.server.ask("DELETE", "/api/v1/features/f", key: limited.key).status == 204)
        try await service.countBytes()
        let empty = try limited.server.ask("GET", limited.path, key: limited.key)
        #expect(empty.object["stored_bytes"] as? Int == 0)
        let enough = #"{"max_stored_bytes":3000}"#
        #expect(try limited.server.ask("PATCH", limited.path, body: enough).status == 200)
        #expect(try limited.write("/api/v1/features/g/values", Self.one).status == 201)
    }
}
