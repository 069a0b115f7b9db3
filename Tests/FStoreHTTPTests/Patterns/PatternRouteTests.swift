import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@Suite("Patterns over HTTP", .blocking)
struct PatternRouteTests {
    private static func pattern(_ name: String, _ version: Int, _ description: String = "", category: String = "c")
        -> String
    {
        #"{"name":"\#(name)","description":"\#(description)","version":\#(version),"category":"\#(category)"}"#
    }

    private static func sync(_ server: TestServer, _ patterns: String..., key: String = TestServer.operatorKey) throws
        -> HTTPSocket.Response
    {
        let body = #"{"patterns":[\#(patterns.joined(separator: ","))]}"#
        return try server.ask("POST", "/api/v1/patterns/sync", key: key, body: body)
    }

    private static func pull(_ server: TestServer, _ query: String = "", key: String = TestServer.operatorKey) throws
        -> (names: [String], answer: HTTPSocket.Response)
    {
        let answer = try server.ask("GET", "/api/v1/patterns/pull" + query, key: key)
        let patterns = answer.object["patterns"] as? [[String: Any]] ?? []
        return (patterns.map { "\($0["name"] ?? "") \($0["version"] ?? "")" }, answer)
    }

    @Test func `what is older or differs is listed, and the rest is stored`() async throws {
        let server = try await TestServer()
        let developer = try await server.key(.developer)
        #expect(try Self.sync(server, Self.pattern("a", 3), Self.pattern("b", 1), key: developer).status == 200)
        let answer = try Self.sync(
            server,
            Self.pattern("a", 2),
            Self.pattern("b", 1, "other"),
            Self.pattern("c", 0),
            key: developer
        )
        #expect(answer.status == 200 && answer.object["status"] as? String == "success", "\(answer.text)")
        #expect(answer.object["synced_count"] as? Int == 1)
        let conflicts = try #require(answer.object["conflicts"] as? [[String: Any]])
        #expect(conflicts.map { $0["name"] as? String } == ["a", "b"])
        #expect(conflicts.map { $0["sent_version"] as? Int } == [2, 1])
        #expect(conflicts.map { $0["stored_version"] as? Int } == [3, 1])
        #expect(conflicts.map { $0["reason"] as? String } == ["older_version", "same_version_differs"])
        #expect(conflicts.allSatisfy { $0["message"] is String })
        // The same once more is no conflict.
        let again = try Self.sync(server, Self.pattern("a", 3), Self.pattern("c", 0))
        #expect(again.object["synced_count"] as? Int == 2 && (again.object["conflicts"] as? [Any])?.isEmpty == true)
        let pulled = try Self.pull(server, key: try await server.key(.viewer))
        #expect(pulled.names == ["a 3", "b 1", "c 0"] && pulled.answer.object["count"] as? Int == 3)
        let user = try TestServer.userID(of: developer)
        let first = try #require((pulled.answer.object["patterns"] as? [[String: Any]])?.first)
        #expect(first["last_modified_by"] as? Int == user && first["last_modified_at"] is String)
    }

    @Test func `a name that is sent twice is refused, and nothing is stored`() async throws {
        let server = try await TestServer()
        let answer = try Self.sync(server, Self.pattern("a", 1), Self.pattern("b", 1), Self.pattern("a", 2))
        #expect(answer.status == 422 && answer.text.contains("patterns[2].name"), "\(answer.text)")
        #expect(try Self.pull(server).names == [])
    }

    @Test(arguments: [
        #"{}"#, #"{"patterns":{}}"#, #"{"patterns":[{"name":"a","description":"","version":1}]}"#,
        #"{"patterns":[{"name":"","description":"","version":1,"category":"c"}]}"#,
        #"{"patterns":[{"name":"a","description":"","version":-1,"category":"c"}]}"#,
        #"{"patterns":[{"name":"a","description":"","version":1.5,"category":"c"}]}"#,
        #"{"patterns":[{"name":"a","description":"","version":"1","category":"c"}]}"#,
        #"{"patterns":[{"name":"a","description":"","version":1,"category":"c","owner":1}]}"#,
    ])
    func `what is no pattern is refused`(body: String) async throws {
        let server = try await TestServer()
        let answer = try server.ask("POST", "/api/v1/patterns/sync", body: body)
        #expect(answer.status == 422, "\(answer.text)")
    }

    @Test func `a request has a thousand patterns at most`() async throws {
        let server = try await TestServer()
        func body(_ count: Int) -> String {
            let patterns = (0..<count).map { Self.pattern("p\($0)", 1) }.joined(separator: ",")
            return #"{"patterns":[\#(patterns)]}"#
        }
        let many = try server.ask("POST", "/api/v1/patterns/sync", body: body(1000))
        #expect(many.status == 200 && many.object["synced_count"] as? Int == 1000)
        #expect(try server.ask("POST", "/api/v1/patterns/sync", body: body(1001)).status == 422)
        #expect(try server.ask("POST", "/api/v1/patterns/sync", body: body(0)).object["synced_count"] as? Int == 0)
        // Who does not know of pages gets all of them.
        let pulled = try Self.pull(server)
        #expect(pulled.answer.object["count"] as? Int == 1000 && pulled.answer.object["total"] as? Int == 1000)
        let page = try Self.pull(server, "?limit=300&page=4")
        #expect(page.names.count == 100 && page.answer.header("X-Pagination-Pages") == "4")
    }

    @Test func `a pull is narrowed by category and by time`() async throws {
        let server = try await TestServer()
        _ = try Self.sync(server, Self.pattern("a", 1, category: "x"), Self.pattern("b", 1, category: "y"))
        #expect(try Self.pull(server, "?category=y").names == ["b 1"])
        let before = try #require(try Self.pull(server).answer.object["timestamp"] as? String)
        #expect(try Self.pull(server, "?since=\(before)").names == [])
        _ = try Self.sync(server, Self.pattern("b", 2))
        #expect(try Self.pull(server, "?since=\(before)").names == ["b 2"])
        #expect(try Self.pull(server, "?since=2020-01-01").names == ["a 1", "b 2"])
        #expect(try Self.pull(server, "?since=yesterday").answer.status == 422)
    }

    @Test func `earlier versions are kept, whatever the pattern is called`() async throws {
        let server = try await TestServer()
        for name in ["sync", "pull", "versions", "a/b"] {
            for version in [1, 4] { #expect(try Self.sync(server, Self.pattern(name, version)).status == 200) }
            let path = "/api/v1/patterns/\(name.replacing("/", with: "%2F"))/versions"
            let answer = try server.ask("GET", path)
            let items = answer.object["items"] as? [[String: Any]] ?? []
            #expect(items.map { $0["version"] as? Int } == [4, 1], "\(answer.text)")
        }
        #expect(try server.ask("GET", "/api/v1/patterns/none/versions").status == 404)
        #expect(try server.ask("GET", "/api/v1/patterns/sync").status == 405)
    }

    @Test func `a pattern is deleted with its versions, and its name is free`() async throws {
        let server = try await TestServer()
        let admin = try await server.key(.admin)
        for version in [1, 2] { _ = try Self.sync(server, Self.pattern("a", version)) }
        let path = "/api/v1/admin/patterns/a"
        #expect(try server.ask("DELETE", path, key: try await server.key(.developer)).status == 403)
        let deleted = try server.ask("DELETE", path, key: admin)
        #expect(deleted.status == 200 && deleted.text == #"{"status":"success"}"#)
        #expect(try server.ask("DELETE", path, key: admin).status == 404)
        #expect(try server.ask("GET", "/api/v1/patterns/a/versions").status == 404)
        #expect(try Self.sync(server, Self.pattern("a", 1, "anew")).object["synced_count"] as? Int == 1)
    }

    @Test func `what was deleted is in the audit trail, with who did it`() async throws {
        let server = try await TestServer()
        let admin = try await server.key(.admin)
        #expect(try Self.sync(server, Self.pattern("a", 1)).status == 200)
        #expect(try server.ask("DELETE", "/api/v1/admin/patterns/a", key: admin).status == 200)
        let trail = try server.ask("GET", "/api/v1/audit?action=pattern.delete", key: admin)
        let entry = try #require((trail.object["items"] as? [[String: Any]])?.first, "\(trail.text)")
        let user = try TestServer.userID(of: admin)
        #expect(entry["action"] as? String == "pattern.delete" && entry["target"] as? String == "a")
        #expect(entry["actor"] as? String == "user \(user)" && entry["credential"] is String)
    }

    @Test func `organizations do not see each other's patterns`() async throws {
        let server = try await TestServer()
        let foreign = try await server.key(.admin, organization: "other")
        #expect(try Self.sync(server, Self.pattern("a", 9)).status == 200)
        #expect(try Self.pull(server, key: foreign).names == [])
        #expect(try server.ask("GET", "/api/v1/patterns/a/versions", key: foreign).status == 404)
        #expect(try server.ask("DELETE", "/api/v1/admin/patterns/a", key: foreign).status == 404)
        let theirs = try Self.sync(server, Self.pattern("a", 1), key: foreign)
        #expect(theirs.object["synced_count"] as? Int == 1, "\(theirs.text)")
        #expect(try Self.pull(server).names == ["a 9"])
        #expect(try Self.pull(server, key: foreign).answer.object["organization_id"] as? Int == 2)
    }
}
