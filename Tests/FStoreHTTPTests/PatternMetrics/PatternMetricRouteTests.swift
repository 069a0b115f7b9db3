import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@Suite("Metrics of patterns over HTTP", .blocking)
struct PatternMetricRouteTests {
    private static func report(_ server: TestServer, _ pattern: String, _ seconds: String, key: String) throws
        -> HTTPSocket.Response
    {
        let body =
            #"{"metric_type":"pattern_applied","pattern_name":"\#(pattern)","time_saved_seconds":\#(seconds)}"#
        return try server.ask("POST", "/api/v1/metrics", key: key, body: body)
    }

    @Test func `reports add up by pattern, by person and by week`() async throws {
        let server = try await TestServer()
        let (ada, bob) = (try await server.key(.developer), try await server.key(.admin))
        let first = try Self.report(server, "a", "300", key: ada)
        #expect(first.status == 201 && first.object["status"] as? String == "success", "\(first.text)")
        #expect(first.object["id"] is Int && first.object["timestamp"] is String)
        #expect(try Self.report(server, "a", "0.5", key: bob).status == 201)
        #expect(try Self.report(server, "b", "1e3", key: bob).status == 201)
        let answer = try server.ask("GET", "/api/v1/metrics/summary", key: try await server.key(.viewer))
        #expect(answer.status == 200, "\(answer.text)")
        let total = try #require(answer.object["total"] as? [String: Any])
        #expect(total["count"] as? Int == 3 && total["time_saved_seconds"] as? Double == 1300.5)
        let patterns = try #require(answer.object["by_pattern"] as? [[String: Any]])
        #expect(patterns.map { $0["pattern_name"] as? String } == ["b", "a"])
        #expect(patterns.map { $0["time_saved_seconds"] as? Double } == [1000, 300.5])
        let people = try #require(answer.object["by_person"] as? [[String: Any]])
        #expect(people.map { $0["count"] as? Int } == [2, 1] && people.allSatisfy { $0["username"] is String })
        let weeks = try #require(answer.object["by_week"] as? [[String: Any]])
        #expect(weeks.count == 1 && weeks[0]["count"] as? Int == 3)
        #expect((weeks[0]["week"] as? String)?.wholeMatch(of: /\d{4}-W\d\d/) != nil)

        let nothing = try server.ask("GET", "/api/v1/metrics/summary?until=2020-01-01", key: ada)
        #expect((nothing.object["total"] as? [String: Any])?["count"] as? Int == 0)
        let since = try server.ask("GET", "/api/v1/metrics/summary?since=2020-01-01", key: ada)
        #expect((since.object["total"] as? [String: Any])?["count"] as? Int == 3)
        let foreign = try await server.key(.admin, organization: "other")
        let theirs = try server.ask("GET", "/api/v1/metrics/summary", key: foreign)
        #expect((theirs.object["total"] as? [String: Any])?["count"] as? Int == 0)
    }

    @Test(arguments: ["-1", "-0.001", "1e400", "1000000001", "\"300\"", "null", "true"])
    func `seconds are a number from 0 on`(seconds: String) async throws {
        let server = try await TestServer()
        let answer = try Self.report(server, "a", seconds, key: TestServer.operatorKey)
        #expect(answer.status == 422 && answer.text.contains("time_saved_seconds"), "\(answer.text)")
    }

    @Test(arguments: [
        #"{"metric_type":"","pattern_name":"a","time_saved_seconds":1}"#,
        #"{"metric_type":"applied","time_saved_seconds":1}"#,
        #"{"metric_type":"applied","pattern_name":"a"}"#,
        #"{"metric_type":"applied","pattern_name":"a","time_saved_seconds":1,"user_id":1}"#,
    ])
    func `a report has a type, a pattern and seconds`(body: String) async throws {
        let server = try await TestServer()
        #expect(try server.ask("POST", "/api/v1/metrics", body: body).status == 422)
    }

    @Test func `names have a limit`() async throws {
        let server = try await TestServer()
        let name = String(repeating: "a", count: 255)
        #expect(try Self.report(server, name, "1", key: TestServer.operatorKey).status == 201)
        #expect(try Self.report(server, name + "a", "1", key: TestServer.operatorKey).status == 422)
    }
}
