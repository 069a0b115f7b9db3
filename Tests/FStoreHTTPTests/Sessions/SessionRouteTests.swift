import FStoreCatalog
import FStoreIdentity
import FStoreServices
import FStoreTestSupport
import Foundation
import Testing

@Suite("Sessions over HTTP", .blocking)
struct SessionRouteTests {
    private struct Member {
        let id: Int
        let access: String
    }

    /// Signs in somebody of the first organization.
    private static func member(_ server: TestServer, _ name: String) async throws -> Member {
        let body = #"{"email":"\#(name)@example.com","name":"\#(name)","password":"secure_password"}"#
        let made = try server.ask("POST", "/api/v1/users", body: body)
        #expect(made.status == 201 || made.status == 409, "\(made.text)")
        let login = #"{"email":"\#(name)@example.com","password":"secure_password"}"#
        let token = try server.ask("POST", "/api/v1/auth/login", key: nil, body: login).object
        return Member(
            id: try #require(token["user_id"] as? Int),
            access: try #require(token["access_token"] as? String)
        )
    }

    @Test func `hot requests with an access token are answered in front, until its session ends`() async throws {
        let server = try await TestServer()
        let feature = try server.makeFeature("temperature")
        let member = try await Self.member(server, "ann")
        let path = "/api/v1/features/\(feature)/values?entity_ids=a"
        let headers = [("Authorization", "Bearer \(member.access)")]
        let before = server.fastAnswers
        let socket = try server.connect()
        for _ in 0..<5 { #expect(try socket.request("GET", path, headers: headers).status == 200) }
        let write = #"{"entity_id":"a","value":1,"timestamp":"2026-01-01T00:00:00Z"}"#
        let json = headers + [("Content-Type", "application/json")]
        #expect(
            try socket.request("POST", "/api/v1/features/\(feature)/values", headers: json, body: write).status == 201
        )
        #expect(server.fastAnswers == before + 6)
        // The connection that remembers it forgets it at once.
        let sessions = try server.ask("GET", "/api/v1/admin/sessions?user_id=\(member.id)")
        let items = try #require(sessions.object["items"] as? [[String: Any]])
        #expect(items.count == 1)
        let id = try #require(items[0]["id"] as? String)
        #expect(try server.ask("DELETE", "/api/v1/admin/sessions/\(id)").status == 204)
        #expect(try socket.request("GET", path, headers: headers).status == 401)
        #expect(try server.ask("GET", "/api/v1/admin/sessions?user_id=\(member.id)").object["total"] as? Int == 0)
    }

    @Test func `another role, a new password and signing out count on open connections, in front`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let member = try await Self.member(server, "ann")
        let (socket, other) = (try server.connect(), try await Self.member(server, "ann"))
        func status(_ method: String, _ member: Member) throws -> Int {
            let (path, isRead) = ("/api/v1/features/f/values", method == "GET")
            return
                try socket.request(
                    method,
                    isRead ? path + "?entity_ids=a" : path,
                    headers: [("Authorization", "Bearer \(member.access)")],
                    body: isRead ? nil : #"{"entity_id":"a","value":1}"#
                )
                .status
        }
        let before = server.fastAnswers
        #expect(try status("POST", member) == 201)
        let role = #"{"role":"viewer"}"#
        #expect(try server.ask("PUT", "/api/v1/users/\(member.id)/role", body: role).status == 200)
        #expect(try status("POST", member) == 403)
        #expect(try status("GET", member) == 200)
        #expect(server.fastAnswers == before + 3)
        let password = #"{"new_password":"a better secret"}"#
        #expect(try server.ask("POST", "/api/v1/auth/password", key: other.access, body: password).status == 204)
        #expect(try status("GET", member) == 401)
        #expect(try status("GET", other) == 200)
        #expect(try server.ask("POST", "/api/v1/auth/logout", key: other.access).status == 204)
        #expect(try status("GET", other) == 401)
    }

    @Test func `all sessions of a user end together, and nobody else's`() async throws {
        let server = try await TestServer()
        let (one, two) = (try await Self.member(server, "ann"), try await Self.member(server, "ann"))
        let other = try await Self.member(server, "bob")
        let ended = try server.ask("DELETE", "/api/v1/admin/sessions?user_id=\(one.id)")
        #expect(ended.status == 200 && ended.object["ended"] as? Int == 2, "\(ended.text)")
        #expect(try server.ask("GET", "/api/v1/auth/me", key: one.access).status == 401)
        #expect(try server.ask("GET", "/api/v1/auth/me", key: two.access).status == 401)
        #expect(try server.ask("GET", "/api/v1/auth/me", key: other.access).status == 200)
        #expect(try server.ask("DELETE", "/api/v1/admin/sessions").status == 422)
        #expect(try server.ask("DELETE", "/api/v1/admin/sessions?user_id=999999").status == 404)
    }

    @Test func `the sessions of a user share one limit`() async throws {
        let server = try await TestServer()
        let (one, two) = (try await Self.member(server, "ann"), try await Self.member(server, "ann"))
        func remaining(_ member: Member) throws -> Int {
            let answer = try server.ask("POST", "/api/v1/features", key: member.access, body: "{")
            #expect(answer.status == 400)
            return try #require(answer.header("X-RateLimit-Remaining").flatMap { Int($0) })
        }
        // With a limit of its own the other session would have 99 left; half a minute brings back what one has used.
        var left = 100
        for _ in 0..<200 where left > 50 { left = try remaining(one) }
        #expect(try left <= 50 && remaining(two) < 99)
    }

    @Test func `tokens outlast a restart, and a token of another server opens nothing`() async throws {
        let server = try await TestServer()
        let member = try await Self.member(server, "ann")
        // What a server reads when it starts.
        try await server.services.reload()
        #expect(try server.ask("GET", "/api/v1/auth/me", key: member.access).status == 200)
        let other = try await TestServer()
        _ = try await Self.member(other, "ann")
        #expect(try other.ask("GET", "/api/v1/auth/me", key: member.access).status == 401)
    }

    @Test func `a token of the key before the newest is still taken`() async throws {
        let server = try await TestServer()
        let (member, unseen) = (try await Self.member(server, "ann"), try await Self.member(server, "bob"))
        func rotate() async throws {
            let newest = try await server.catalog.tokenKeys().first?.id
            try await server.services.sessions.rotateTokenKey(behind: newest)
        }
        try await rotate()
        #expect(try server.ask("GET", "/api/v1/auth/me", key: member.access).status == 200)
        let fresh = try await Self.member(server, "ann")
        #expect(try server.ask("GET", "/api/v1/auth/me", key: fresh.access).status == 200)
        try await rotate()
        #expect(try server.ask("GET", "/api/v1/auth/me", key: fresh.access).status == 200)
        let again = try await Self.member(server, "ann")
        #expect(try server.ask("GET", "/api/v1/auth/me", key: again.access).status == 200)
        // Of the key before that one: what was seen is remembered until it ends, the rest is refused.
        #expect(try server.ask("GET", "/api/v1/auth/me", key: unseen.access).status == 401)
        #expect(try await server.catalog.tokenKeys().count == 2)
    }
}
