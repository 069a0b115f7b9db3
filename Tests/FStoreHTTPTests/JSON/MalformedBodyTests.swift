import FStoreIdentity
import FStoreCatalog
import FStoreTestSupport
import Foundation
import HTTPTypes
import Testing

@testable import FStoreHTTP

@Suite("Malformed bodies", .blocking)
struct MalformedBodyTests {
    private static let key = ("Authorization", "Bearer \(TestServer.operatorKey)")

    private static func send(
        _ socket: HTTPSocket,
        _ key: String,
        _ method: String,
        _ path: String,
        _ body: [UInt8]
    ) throws -> HTTPSocket.Response {
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(key)\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
        try socket.send(Array(head.utf8) + body)
        return try socket.response()
    }

    @Test func `are 400 on every operation, and nothing is stored`() async throws {
        let server = try await TestServer()
        let feature = try server.makeFeature("a")
        let made = try server.ask(
            "POST",
            "/api/v1/sources",
            body: #"{"type":"file","name":"a","config":{"path":"x"}}"#
        )
        let source = try #require(made.object["id"] as? String)
        // Without a limit: there are many.
        let key = try await server.key(.operator)
        let before = try server.ask("GET", "/api/v1/features/\(feature)").body
        let socket = try server.connect()
        let texts = MalformedJSON.all
        #expect(texts.count > 150)
        var (tried, whole) = (0, 0)
        for operation in server.operations where operation.body != nil {
            tried += 1
            let path = operation.path.text.replacing("{feature_id}", with: feature)
                .replacing("{source_id}", with: source)
            // All texts go to each parser: hot operations have one of their own, all others share that of
            // `createFeature`. Of the others each gets a few, to show that it asks the parser.
            let hasAll = operation.hot != nil || operation.id == "createFeature"
            for (position, (name, bytes)) in texts.enumerated() where hasAll || position % 32 == tried % 32 {
                if hasAll { whole += 1 }
                let answer = try Self.send(socket, key, operation.method.rawValue, path, bytes)
                #expect(answer.status == 400, "\(operation.id): \(name.debugDescription): \(answer.status)")
                let error = answer.object["error"]
                let code = (error as? [String: Any])?["code"] as? String ?? error as? String
                #expect(code == (operation.owner.writesErrorAsCode ? "HTTP_400" : "MALFORMED_REQUEST"))
            }
        }
        #expect(tried > 20 && whole == 4 * texts.count)
        #expect(try server.ask("GET", "/api/v1/features").object["total"] as? Int == 1)
        #expect(try server.ask("GET", "/api/v1/sources").object["total"] as? Int == 1)
        #expect(try server.ask("GET", "/api/v1/auth/keys").object["total"] as? Int == 2)
        #expect(try server.ask("GET", "/api/v1/features/\(feature)").body == before)
        let values = try server.ask("GET", "/api/v1/features/\(feature)/values?limit=10")
        #expect(values.object["total"] as? Int == 0)
    }

    /// Values that are JSON, however odd.
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-0.0", "1e5", "1E+2", "1e-2", "0.5", "123456789012345678901234567890",
        "\"\"",
        "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"", "\"\u{7F}\u{2028}\u{FFFF}\"", "[]", "{}",
        "[[[[[[]]]]]]", "{\"\":0}", "{\"a\":{\"a\":{\"a\":[]}}}", " [ 1 , 2 ] ", "{\"\\u0000\":1}", "\"é😀\"",
        "{\"a\":1,\"A\":2}", "1.7976931348623157e308", "5e-324",
    ])
    func `what is JSON is taken, and comes back as the same`(text: String) async throws {
        let server = try await TestServer()
        let id = try server.makeFeature("a", type: "json")
        let path = "/api/v1/features/\(id)/values"
        let written = try server.ask("POST", path, body: "{\"entity_id\":\"e\",\"value\":\(text)}")
        #expect(written.status == 201, "\(written.text)")
        let read = try server.ask("GET", path + "?entity_ids=e")
        let found = (read.object["items"] as? [[String: Any]])?.first?["value"] as? NSObject
        let wanted = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) as? NSObject
        #expect(found == wanted, "\(read.text)")
    }

    @Test func `wrong content is told field by field`() async throws {
        let server = try await TestServer()
        let id = try server.makeFeature("a", type: "int64")
        let cases: [(path: String, body: String, fields: [String])] = [
            ("/features", "[]", [""]),
            ("/features", "7", [""]),
            ("/features", "{}", ["name"]),
            ("/features", #"{"name":""}"#, ["name"]),
            ("/features", #"{"name":"b","color":"red"}"#, ["color"]),
            ("/features", #"{"name":"b","ttl":"soon","tags":[1,"b",2]}"#, ["ttl", "tags[0]", "tags[2]"]),
            ("/features", #"{"name":"b","value_type":"vector(0)"}"#, ["value_type"]),
            ("/features", #"{"name":"b","retention":{"max_versions":0}}"#, ["retention.max_versions"]),
            ("/features", #"{"name":"0b5f0ec8-18db-4602-afd7-28c8b9846497"}"#, ["name"]),
            ("/features", "{\"name\":\"\(String(repeating: "é", count: 128))\"}", ["name"]),
            ("/sources", #"{"type":"oracle","name":"b"}"#, ["type"]),
            ("/sources", #"{"type":"file","name":"b","config":[]}"#, ["config"]),
            // A null byte ended the name in the catalog: the source was there under half of its name, or none.
            ("/sources", #"{"type":"file","name":"\u0000b"}"#, ["name"]),
            ("/auth/keys", #"{"name":"a\u0000b","role":"viewer"}"#, ["name"]),
            ("/auth/keys", #"{"name":"b","role":"king"}"#, ["role"]),
            ("/auth/keys", #"{"name":"b","role":"viewer","rate_limit":0}"#, ["rate_limit"]),
            ("/auth/keys", #"{"name":"b","role":"viewer","expires_at":"2001-01-01T00:00:00Z"}"#, ["expires_at"]),
            ("/features/a/values", "{}", ["entity_id"]),
            ("/features/a/values", #"{"entity_id":"e"}"#, ["value"]),
            ("/features/a/values", #"{"entity_id":"","value":1}"#, ["entity_id"]),
            ("/features/a/values", #"{"entity_id":"e","value":"x"}"#, ["value"]),
            ("/features/a/values", #"{"entity_id":"e","value":1.5}"#, ["value"]),
            ("/features/a/values", #"{"entity_id":"e","value":9223372036854775808}"#, ["value"]),
            ("/features/a/values", #"{"entity_id":"e","value":1,"timestamp":"yesterday"}"#, ["timestamp"]),
            ("/features/a/values", #"{"entity_id":"e","value":1,"timestamp":"1500-01-01T00:00:00Z"}"#, ["timestamp"]),
            ("/features/a/values", #"{"entity_id":"e","value":1,"timestamp":1700000000}"#, ["timestamp"]),
            ("/features/a/values", #"{"entity_id":"e","value":1,"extra":2}"#, ["extra"]),
            ("/features/a/values", "[]", ["values"]),
            ("/features/a/values", #"{"values":[],"more":1}"#, ["more"]),
            (
                "/features/a/values", #"[{"entity_id":"e","value":1},{"entity_id":7.5,"value":1},5,{"entity_id":"e"}]"#,
                ["values[1].entity_id", "values[2]", "values[3].value"]
            ),
            ("/online/read", #"{"features":[],"entities":["e"]}"#, ["features"]),
            ("/online/read", #"{"features":["a"],"entities":["e",""]}"#, ["entities[1]"]),
            ("/online/read", #"{"features":["a"],"entities":["e"],"as_of":"then"}"#, ["as_of"]),
            ("/online/write", #"{"rows":[]}"#, ["rows"]),
            ("/online/write", #"{"rows":[{"entity_id":"e","values":{}}]}"#, ["rows[0].values"]),
            (
                "/online/write",
                #"{"rows":[{"entity_id":"e","values":{"a":1}},{"entity_id":"f","values":{"a":"x"}}]}"#,
                ["rows[1].values.a"]
            ),
        ]
        for (path, body, fields) in cases {
            let answer = try server.ask("POST", "/api/v1" + path, body: body)
            #expect(answer.status == 422, "\(path) \(body): \(answer.text)")
            let details = answer.object["details"] as? [String: Any]
            let errors = details?["errors"] as? [[String: Any]] ?? []
            #expect(errors.compactMap { $0["field"] as? String } == fields, "\(path) \(body): \(answer.text)")
            #expect(errors.allSatisfy { ($0["message"] as? String)?.isEmpty == false })
        }
        let values = try server.ask("GET", "/api/v1/features/\(id)/values?limit=10")
        #expect(values.object["total"] as? Int == 0)
        #expect(try server.ask("GET", "/api/v1/features").object["total"] as? Int == 1)
    }

    @Test func `a body that is too large is refused before it is read`() async throws {
        let server = try await TestServer()
        let socket = try server.connect()
        try socket.send(
            "POST /api/v1/features HTTP/1.1\r\nHost: a\r\n\(Self.key.0): \(Self.key.1)\r\n"
                + "Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n"
        )
        let answer = try socket.response()
        #expect(answer.status == 413)
        #expect(answer.header("Connection") == "close")
        let chunked = try server.connect()
        try chunked.send(
            "POST /api/v1/features HTTP/1.1\r\nHost: a\r\n\(Self.key.0): \(Self.key.1)\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        let chunk = "10000\r\n" + String(repeating: " ", count: 65_536) + "\r\n"
        for _ in 0..<17 { try? chunked.send(chunk) }
        #expect(try chunked.response().status == 413)
    }
}
