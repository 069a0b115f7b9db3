import FStoreCatalog
import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreServices

@Suite("Organizations over HTTP", .blocking)
struct OrganizationRouteTests {
    private static func make(_ server: TestServer, _ body: String = #"{"name":"acme"}"#) throws -> String {
        let made = try server.ask("POST", "/api/v1/organizations", body: body)
        #expect(made.status == 201, "\(made.text)")
        return try #require(made.header("Location"))
    }

    @Test func `an operator makes, lists and changes them, an admin sees the own one`() async throws {
        let server = try await TestServer()
        let path = try Self.make(server, #"{"name":"acme","max_stored_bytes":1000}"#)
        let admin = try await server.key(.admin, organization: "acme")
        let seen = try server.ask("GET", path, key: admin)
        #expect(seen.status == 200 && seen.object["max_stored_bytes"] as? Int == 1000)
        #expect(seen.object["max_writes_per_second"] is NSNull && seen.object["tier"] as? String == "standard")
        #expect(try server.ask("GET", "/api/v1/organizations/1", key: admin).status == 404)
        #expect(try server.ask("GET", "/api/v1/organizations/01").status == 404)
        #expect(try server.ask("PATCH", path, key: admin, body: #"{"tier":"unlimited"}"#).status == 403)
        let changed = try server.ask(
            "PATCH",
            path,
            body: #"{"name":"Acme Corp","tier":"unlimited","max_stored_bytes":null,"max_writes_per_second":7}"#
        )
        #expect(changed.status == 200 && changed.object["name"] as? String == "Acme Corp")
        #expect(changed.object["max_stored_bytes"] is NSNull && changed.object["max_writes_per_second"] as? Int == 7)
        let listed = try server.ask("GET", "/api/v1/organizations").object["items"] as? [[String: Any]]
        #expect(listed?.compactMap { $0["name"] as? String } == ["default", "Acme Corp"])
        #expect(try server.ask("POST", "/api/v1/organizations", body: #"{"name":"Acme Corp"}"#).status == 409)
        for body in [#"{"tier":"gold"}"#, #"{"max_stored_bytes":0}"#, #"{"space":3}"#] {
            #expect(try server.ask("PATCH", path, body: body).status == 422, "\(body)")
        }
    }

    @Test func `keys of a disabled organization open nothing from the next request on`() async throws {
        let server = try await TestServer()
        let path = try Self.make(server)
        let key = try await server.key(.developer, organization: "acme")
        let socket = try server.connect()
        let credential = [("Authorization", "Bearer \(key)")]
        func read() throws -> Int { try socket.request("GET", "/api/v1/features", headers: credential).status }
        #expect(try read() == 200)
        #expect(try server.ask("PATCH", path, body: #"{"disabled":true}"#).object["status"] as? String == "disabled")
        #expect(try read() == 401)
        #expect(try server.ask("PATCH", path, body: #"{"disabled":false}"#).object["status"] as? String == "active")
        #expect(try read() == 200)
        #expect(try server.ask("PATCH", "/api/v1/organizations/1", body: #"{"disabled":true}"#).status == 409)
    }

    @Test func `a deleted organization opens nothing at once, and says when its values are gone`() async throws {
        let server = try await TestServer()
        let path = try Self.make(server)
        let key = try await server.key(.developer, organization: "acme")
        for name in ["a", "b", "c"] { _ = try server.makeFeature(name, type: "float64", key: key) }
        _ = try server.makeFeature("ours", type: "float64")
        #expect(try server.ask("DELETE", "/api/v1/organizations/1").status == 409)
        let begun = try server.ask("DELETE", path)
        #expect(begun.status == 202 && begun.object["status"] as? String == "deleting")
        #expect((begun.object["deletion"] as? [String: Any])?["features_left"] as? Int == 3)
        #expect(try server.ask("GET", "/api/v1/features", key: key).status == 401)
        #expect(try server.ask("DELETE", path).status == 202)
        #expect(try server.ask("PATCH", path, body: #"{"tier":"unlimited"}"#).status == 409)
        var status = "deleting"
        for _ in 0..<500 where status == "deleting" {
            try await server.services.organizations.eraseDeleted()
            status = try server.ask("GET", path).object["status"] as? String ?? ""
        }
        #expect(status == "deleted")
        let ended = try server.ask("GET", path).object["deletion"] as? [String: Any]
        #expect(ended?["features_left"] as? Int == 0 && ended?["ended_at"] is String)
        #expect(try server.ask("GET", "/api/v1/features").object["total"] as? Int == 1)
        // The name is free, and the next one sees nothing of the former.
        let next = try Self.make(server)
        #expect(next != path)
        let fresh = try await server.key(.viewer, organization: "acme")
        #expect(try server.ask("GET", "/api/v1/features", key: fresh).object["total"] as? Int == 0)
    }
}
