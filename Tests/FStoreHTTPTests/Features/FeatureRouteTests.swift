import FStoreTestSupport
import Foundation
import Testing

@Suite("Features over HTTP")
struct FeatureRouteTests {
    /// A name with a mark that turns the direction of writing looks like another name in lists and logs.
    @Test(arguments: [
        "a\u{202E}b", "a\u{2066}b", "a\u{0085}b", "a\u{009B}31m", "a\u{200F}b", "a\u{2028}b", "a\u{FEFF}b",
        "a\u{1B}[2J",
    ])
    func `characters that nobody sees are refused in names`(name: String) async throws {
        let server = try await TestServer()
        func refuses(_ path: String, _ body: [String: Any]) async throws {
            let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
            let answer = try await server.request("POST", "/api/v1/" + path, body: text)
            #expect(answer.status == 422, "\(path): \(answer.text)")
        }
        try await refuses("features", ["name": name])
        try await refuses("features", ["name": "f", "tags": [name]])
        try await refuses("features", ["name": "f", "description": name])
        try await refuses("features", ["name": "f", "owner": name])
        try await refuses("auth/keys", ["name": name, "role": "viewer"])
        try await refuses("sources", ["name": name, "type": "file"])
        let lines = #"{"name":"f","description":"one\n\ttwo"}"#
        #expect(try await server.request("POST", "/api/v1/features", body: lines).status == 201)
    }

    @Test func `are created, read, changed and deleted`() async throws {
        let server = try await TestServer()
        let created = try await server.request(
            "POST",
            "/api/v1/features",
            body: #"{"name":"customer_lifetime_value","tags":["customer"],"value_type":"float64","ttl":"30d"}"#
        )
        #expect(created.status == 201)
        let id = try #require(created.object["id"] as? String)
        #expect(created.header("Location") == "/api/v1/features/\(id)")
        #expect(
            try await server.request("GET", "/api/v1/features/customer_lifetime_value").object["id"] as? String == id
        )
        let tag = try #require(created.header("ETag"))
        #expect(
            try await server.request("GET", "/api/v1/features/\(id)", headers: [("If-None-Match", tag)]).status == 304
        )
        let changed = try await server.request(
            "PATCH",
            "/api/v1/features/\(id)",
            headers: [("If-Match", tag)],
            body: #"{"description":"Updated description","tags":["new_tag"],"ttl":null}"#
        )
        #expect(changed.status == 200)
        #expect(changed.object["description"] as? String == "Updated description")
        #expect(changed.object["tags"] as? [String] == ["new_tag"])
        #expect(changed.object["ttl"] is NSNull)
        let late = try await server.request(
            "PATCH",
            "/api/v1/features/\(id)",
            headers: [("If-Match", tag)],
            body: #"{"owner":"x"}"#
        )
        #expect(late.status == 412)
        #expect(try await server.request("DELETE", "/api/v1/features/\(id)").status == 204)
        #expect(try await server.request("GET", "/api/v1/features/\(id)").status == 404)
    }

    @Test func `have names that are unique`() async throws {
        let server = try await TestServer()
        #expect(try await server.request("POST", "/api/v1/features", body: #"{"name":"a"}"#).status == 201)
        let second = try await server.request("POST", "/api/v1/features", body: #"{"name":"a"}"#)
        #expect(second.status == 409)
        #expect((second.object["error"] as? [String: Any])?["code"] as? String == "CONFLICT")
    }

    // The OpenAPI document allowed 64 tags in one query and the server took any number: what generated requests that
    // break the document found.
    @Test func `are filtered by as many tags as the document allows`() async throws {
        let server = try await TestServer()
        func ask(_ count: Int) async throws -> HTTPSocket.Response {
            let query = (0..<count).map { "tag=t\($0)" }.joined(separator: "&")
            return try await server.request("GET", "/api/v1/features?\(query)")
        }
        #expect(try await ask(64).status == 200)
        let refused = try await ask(65)
        #expect(refused.status == 422)
        #expect(refused.text.contains("more than 64"))
    }
}
