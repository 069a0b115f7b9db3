import FStoreTestSupport
import Foundation
import Testing

@Suite("Writing values over HTTP", .blocking)
struct ValueWriteTests {
    private static let lines = [("Content-Type", "application/x-ndjson")]

    private static func total(_ server: TestServer, _ path: String) throws -> Int? {
        try server.ask("GET", path + "?limit=1").object["total"] as? Int
    }

    private static func made(_ type: String? = "float64") async throws -> (server: TestServer, path: String) {
        let server = try await TestServer()
        return (server, "/api/v1/features/\(try server.makeFeature("f", type: type))/values")
    }

    @Test func `a batch is stored whole or not at all, and each wrong item is told`() async throws {
        let (server, path) = try await Self.made()
        let cells = (0..<20).map { #"{"entity_id":"e\#($0)","value":\#($0 % 5 == 3 ? "\"x\"" : "1")}"# }
        for body in ["[\(cells.joined(separator: ","))]", "{\"values\":[\(cells.joined(separator: ","))]}"] {
            let answer = try server.ask("POST", path, body: body)
            #expect(answer.status == 422)
            let errors = (answer.object["details"] as? [String: Any])?["errors"] as? [[String: Any]] ?? []
            #expect(errors.compactMap { $0["index"] as? Int } == [3, 8, 13, 18])
            #expect(errors.first?["field"] as? String == "values[3].value")
            #expect(try Self.total(server, path) == 0)
        }
    }

    /// The story: a write was acknowledged and could not be read, because retention hid it at once.
    @Test func `values that retention hides at once are warned of, on both paths`() async throws {
        let server = try await TestServer()
        let body = #"{"name":"r","value_type":"float64","retention":{"max_age":"30d"}}"#
        #expect(try server.ask("POST", "/api/v1/features", body: body).status == 201)
        let path = "/api/v1/features/r/values"
        let old = #"{"entity_id":"e","value":1,"timestamp":"2024-01-01T00:00:00Z"}"#
        let rows = #"{"rows":[{"entity_id":"e","timestamp":"2024-01-01T00:00:00Z","values":{"r":1}}]}"#
        for port in [server.port, server.slowPort] {
            func post(_ target: String, _ headers: [(String, String)], _ body: String) throws -> HTTPSocket.Response {
                let credential = [("Authorization", "Bearer \(TestServer.operatorKey)")]
                return try HTTPSocket(port: port).request("POST", target, headers: credential + headers, body: body)
            }
            for (target, headers, body) in [
                (path, [], old), (path, [], "[\(old)]"), (path, Self.lines, old), ("/api/v1/online/write", [], rows),
            ] {
                let answer = try post(target, headers, body)
                #expect(answer.status == 201)
                #expect((answer.object["warning"] as? String)?.contains("max_age") == true, "\(target)")
            }
            let fresh = try post(path, [], #"{"entity_id":"e","value":1}"#)
            #expect(fresh.object["warning"] == nil)
        }
        let patch = #"{"retention":{"keep_latest":true}}"#
        let patched = try server.ask("PATCH", "/api/v1/features/r", body: patch)
        let retention = try #require(patched.object["retention"] as? [String: Any])
        #expect(retention["keep_latest"] as? Bool == true && retention["max_age"] as? String == "30d")
        let kept = try server.ask("POST", path, body: old.replacing(#""e""#, with: #""quiet""#))
        #expect(kept.object["warning"] == nil)
        let read = try server.ask("GET", path + "?entity_ids=quiet&known_at=now")
        #expect((read.object["items"] as? [Any])?.count == 1)
    }

    @Test func `what a feature without a type gets in one batch is of one type`() async throws {
        let (server, path) = try await Self.made(nil)
        let mixed = #"[{"entity_id":"a","value":1},{"entity_id":"b","value":"x"}]"#
        #expect(try server.ask("POST", path, body: mixed).status == 422)
        #expect(try Self.total(server, path) == 0)
    }

    @Test func `lines are stored but for those that are wrong`() async throws {
        let (server, path) = try await Self.made()
        let body = [
            #"{"entity_id":"a","value":1}"#, "", "nonsense", #"{"entity_id":"b","value":"x"}"#, "\r",
            #"{"entity_id":"c","value":3,"timestamp":"2025-01-01T00:00:00Z"}"# + "\r", #"{"entity_id":"","value":3}"#,
            #"{"entity_id":"d","value":4}"#,
        ]
        let answer = try server.ask("POST", path, headers: Self.lines, body: body.joined(separator: "\n"))
        #expect(answer.status == 200)
        #expect(answer.object["written"] as? Int == 3)
        #expect(answer.object["failed"] as? Int == 3)
        let errors = answer.object["errors"] as? [[String: Any]] ?? []
        #expect(errors.compactMap { $0["line"] as? Int } == [3, 4, 7])
        #expect(errors.compactMap { $0["field"] as? String } == ["", "value", "entity_id"])
        #expect(try Self.total(server, path) == 3)
        let all = try server.ask("POST", path, headers: Self.lines, body: #"{"entity_id":"a","value":1}"# + "\n")
        #expect(all.status == 201)
        #expect(all.object["errors"] as? [String] == [])
        let none = try server.ask("POST", path, headers: Self.lines, body: "x\n{}\n")
        #expect(none.status == 422)
        let details = none.object["details"] as? [String: Any]
        #expect(details?["failed"] as? Int == 2)
        let fields = (details?["errors"] as? [[String: Any]])?.compactMap { $0["field"] as? String }
        #expect(fields == ["line 1", "line 2, entity_id"])
    }

    @Test func `lines come in chunks of any size, in many batches`() async throws {
        let (server, path) = try await Self.made("int64")
        let socket = try server.connect(timeout: 60)
        try socket.send(
            "POST \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(TestServer.operatorKey)\r\n"
                + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        var text = ""
        for number in 0..<25_000 { text += "{\"entity_id\":\"e\(number)\",\"value\":\(number)}\n" }
        var rest = Array(text.utf8)[...]
        var size = 1
        while !rest.isEmpty {
            let chunk = rest.prefix(size)
            rest = rest.dropFirst(size)
            try socket.send(Array((String(chunk.count, radix: 16) + "\r\n").utf8) + chunk + [13, 10])
            size = size * 7 % 65_521 + 1
        }
        try socket.send("0\r\n\r\n")
        let answer = try socket.response()
        #expect(answer.status == 201)
        #expect(answer.object["written"] as? Int == 25_000)
        #expect(try Self.total(server, path) == 25_000)
        let last = try server.ask("GET", path + "?entity_ids=e24999,e0,e12345")
        let values = (last.object["items"] as? [[String: Any]])?.compactMap { $0["value"] as? Int }
        #expect(values == [24_999, 0, 12_345])
    }

    @Test func `a line without an end is refused`() async throws {
        let (server, path) = try await Self.made()
        let socket = try server.connect(timeout: 30)
        try socket.send(
            "POST \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(TestServer.operatorKey)\r\n"
                + "Content-Type: application/x-ndjson\r\nContent-Length: 3000000\r\n\r\n"
        )
        try? socket.send([UInt8](repeating: UInt8(ascii: "a"), count: 2_000_000))
        let answer = try socket.response()
        #expect(answer.status == 413)
        #expect(answer.header("Connection") == "close")
    }

    @Test func `deleting hides a value from now on`() async throws {
        let (server, path) = try await Self.made()
        let cells = #"""
            [{"entity_id":"a","value":1,"timestamp":"2025-01-01T00:00:00Z"},\#
            {"entity_id":"a","value":2,"timestamp":"2025-01-02T00:00:00Z"}]
            """#
        let written = try server.ask("POST", path, body: cells)
        let known = try #require(written.object["committed_at"] as? String)
        func value(_ query: String) throws -> Double? {
            let items = try server.ask("GET", path + query).object["items"] as? [[String: Any]]
            return items?.first?["value"] as? Double
        }
        let deleted = try server.ask("DELETE", path + "?entity_ids=a,x,a")
        #expect(deleted.status == 200)
        #expect(deleted.object["deleted"] as? Int == 1)
        #expect(deleted.object["missing"] as? [String] == ["x"])
        #expect(try value("?entity_ids=a") == 1)
        #expect(try value("?entity_ids=a&known_at=\(known)") == 2)
        let exact = try server.ask("DELETE", path + "?entity_ids=a&timestamp=2025-01-01T00:00:00Z")
        #expect(exact.object["deleted"] as? Int == 1)
        #expect(try value("?entity_ids=a") == nil)
        let again = try server.ask("DELETE", path + "?entity_ids=a")
        #expect(again.object["deleted"] as? Int == 0)
        #expect(again.object["committed_at"] is NSNull)
        #expect(try server.ask("DELETE", path).status == 422)
    }

    @Test func `deleting takes a list as reading does`() async throws {
        let (server, path) = try await Self.made()
        let cells = ["a", "b", "c,d", "e"].map { #"{"entity_id":"\#($0)","value":1}"# }.joined(separator: ",")
        #expect(try server.ask("POST", path, body: "[\(cells)]").status == 201)
        let deleted = try server.ask("DELETE", path + "?entity_ids=a%2Cb&entity_ids=c%5C,d,x")
        #expect(deleted.object["deleted"] as? Int == 3)
        #expect(deleted.object["missing"] as? [String] == ["x"])
        #expect(try server.ask("GET", path + "?entity_ids=a,b,c%5C,d,e").object["total"] as? Int == 1)
    }

    @Test func `erasing an entity takes its history too`() async throws {
        let (server, path) = try await Self.made()
        let cells = #"[{"entity_id":"a/b","value":1},{"entity_id":"a/b","value":2},{"entity_id":"c","value":3}]"#
        let written = try server.ask("POST", path, body: cells)
        let known = try #require(written.object["committed_at"] as? String)
        let erased = try server.ask("DELETE", "/api/v1/entities/a%2Fb")
        #expect(erased.status == 200)
        #expect(erased.object["entity_id"] as? String == "a/b")
        let after = try server.ask("GET", path + "?entity_ids=a%2Fb,c&known_at=\(known)")
        #expect(after.object["missing"] as? [String] == ["a/b"])
        #expect(after.object["total"] as? Int == 1)
    }
}
