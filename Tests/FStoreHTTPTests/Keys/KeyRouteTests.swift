import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

/// A key with a limit or an end could make keys without: whoever held it for an hour had it for ever.
@Suite("Keys over HTTP", .blocking)
struct KeyRouteTests {
    private static func make(_ server: TestServer, _ body: String, key: String) throws -> HTTPSocket.Response {
        try server.ask("POST", "/api/v1/auth/keys", key: key, body: body)
    }

    @Test(arguments: [
        (#"{"name":"k","role":"viewer","rate_limit":50}"#, 201),
        (#"{"name":"k","role":"viewer","rate_limit":51}"#, 403),
        (#"{"name":"k","role":"viewer","rate_limit":"unlimited"}"#, 403), (#"{"name":"k","role":"viewer"}"#, 403),
        (#"{"name":"k","role":"operator","rate_limit":50}"#, 403),
    ])
    func `a key makes no key with a higher limit than its own`(body: String, status: Int) async throws {
        let server = try await TestServer()
        let limited = try await server.key(.admin, quota: .perMinute(50))
        let answer = try Self.make(server, body, key: limited)
        #expect(answer.status == status, "\(answer.text)")
        if status == 403, !body.contains("operator") { #expect(answer.text.contains("which is 50")) }
    }

    @Test func `an answer with a key in it is kept by nobody on the way`() async throws {
        let server = try await TestServer()
        let made = try Self.make(server, #"{"name":"k","role":"viewer"}"#, key: TestServer.operatorKey)
        #expect(made.status == 201 && made.header("Cache-Control") == "no-store")
    }

    @Test func `a key makes no key that outlasts it`() async throws {
        let server = try await TestServer()
        let made = try Self.make(
            server,
            #"{"name":"short","role":"admin","rate_limit":"unlimited","expires_at":"2199-01-01T00:00:00Z"}"#,
            key: TestServer.operatorKey
        )
        let short = try #require(made.object["key"] as? String)
        let longer = #"{"name":"k","role":"viewer","expires_at":"2199-01-01T00:00:01Z"}"#
        #expect(try Self.make(server, longer, key: short).status == 403)
        #expect(try Self.make(server, #"{"name":"k","role":"viewer"}"#, key: short).status == 403)
        let within = #"{"name":"k","role":"viewer","expires_at":"2198-01-01T00:00:00Z"}"#
        #expect(try Self.make(server, within, key: short).status == 201)
    }

    @Test func `an operator makes keys of any limit and end`() async throws {
        let server = try await TestServer()
        let limited = try await server.key(.operator, quota: .perMinute(5))
        let body = #"{"name":"k","role":"admin","rate_limit":"unlimited"}"#
        #expect(try Self.make(server, body, key: limited).status == 201)
    }
}
