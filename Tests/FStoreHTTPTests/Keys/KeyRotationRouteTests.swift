import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@Suite("Rotating keys over HTTP", .blocking)
struct KeyRotationRouteTests {
    private static func make(_ server: TestServer, _ body: String) throws -> (id: String, text: String) {
        let made = try server.ask("POST", "/api/v1/auth/keys", body: body).object
        return (try #require(made["id"] as? String), try #require(made["key"] as? String))
    }

    private static func rotate(_ server: TestServer, _ id: String, key: String = TestServer.operatorKey) throws
        -> HTTPSocket.Response
    {
        try server.ask("POST", "/api/v1/auth/keys/\(id)/rotate", key: key)
    }

    @Test func `the successor is shown once, and both work`() async throws {
        let server = try await TestServer()
        let old = try Self.make(server, #"{"name":"scoring","role":"viewer","rate_limit":7}"#)
        let answer = try Self.rotate(server, old.id)
        #expect(answer.status == 201 && answer.header("Cache-Control") == "no-store")
        let id = try #require(answer.object["id"] as? String)
        #expect(answer.header("Location") == "/api/v1/auth/keys/\(id)")
        #expect(answer.object["replaces"] as? String == old.id && answer.object["rate_limit"] as? Int == 7)
        #expect(answer.object["name"] as? String == "scoring" && answer.object["role"] as? String == "viewer")
        let text = try #require(answer.object["key"] as? String)
        for key in [old.text, text] { #expect(try server.ask("GET", "/api/v1/features", key: key).status == 200) }
        let shown = try server.ask("GET", "/api/v1/auth/keys/\(old.id)").object
        let end = try #require((shown["expires_at"] as? String).flatMap { try? Date($0, strategy: .iso8601) } ?? nil)
        #expect(abs(end.timeIntervalSinceNow - 86_400) < 120 && shown["replaces"] is NSNull)
        let successor = try server.ask("GET", "/api/v1/auth/keys/\(id)")
        #expect(successor.object["expires_at"] is NSNull && !successor.text.contains(text))
    }

    @Test func `a key that works no more, or has a successor, is a conflict`() async throws {
        let server = try await TestServer()
        let old = try Self.make(server, #"{"name":"k","role":"viewer"}"#)
        #expect(try Self.rotate(server, old.id).status == 201)
        let twice = try Self.rotate(server, old.id)
        #expect(twice.status == 409 && twice.text.contains("has a successor"))
        #expect(try server.ask("DELETE", "/api/v1/auth/keys/\(old.id)").status == 204)
        let revoked = try Self.rotate(server, old.id)
        #expect(revoked.status == 409 && revoked.text.contains("is revoked"))
    }

    /// Rotating gives the caller the text of a key, so that it must not give more than making one does.
    @Test func `nobody rotates a key that is above their own`() async throws {
        let server = try await TestServer()
        let limited = try await server.key(.admin, quota: .perMinute(50))
        let higher = try Self.make(server, #"{"name":"k","role":"operator"}"#)
        let wider = try Self.make(server, #"{"name":"k","role":"viewer","rate_limit":"unlimited"}"#)
        let fitting = try Self.make(server, #"{"name":"k","role":"viewer","rate_limit":50}"#)
        #expect(try Self.rotate(server, higher.id, key: limited).status == 403)
        let refused = try Self.rotate(server, wider.id, key: limited)
        #expect(refused.status == 403 && refused.text.contains("which is 50"))
        #expect(try Self.rotate(server, fitting.id, key: limited).status == 201)
        for text in [higher.text, wider.text] {
            #expect(try server.ask("GET", "/api/v1/features", key: text).status == 200)
        }
    }
}
