import FStoreIdentity
import FStoreSecurity
import FStoreServices
import FStoreTestSupport
import Foundation
import HTTPTypes
import Testing

@testable import FStoreHTTP

@Suite("Maintenance", .blocking)
struct MaintenanceTests {
    private static let path = "/api/v1/admin/maintenance"
    private static let on = #"{"enabled":true,"message":"the disk is replaced"}"#
    private static let off = #"{"enabled":false}"#

    /// Operations that are no `GET` and go on in maintenance: they read, or sign somebody in or out.
    private static let goingOn: Set = [
        "onlineRead", "readTrainingSet", "queryData", "createExport", "login", "refreshToken", "logout", "verifyToken",
    ]

    @Test func `writes are refused on both paths at once, but those of operators, and reads go on`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let (developer, admin) = (try await server.key(.developer), try await server.key(.admin))
        let write = ("POST", "/api/v1/features/f/values", #"{"entity_id":"a","value":1}"#)
        #expect(try server.ask(write.0, write.1, key: developer, body: write.2).status == 201)
        #expect(try server.ask("POST", Self.path, body: Self.on).status == 200)
        for key in [developer, admin] {
            let before = server.fastAnswers
            let fast = try server.ask(write.0, write.1, key: key, body: write.2)
            #expect(server.fastAnswers == before + 1, "the fast path did not take it")
            let slow = try HTTPSocket(port: server.slowPort)
                .request(write.0, write.1, headers: [("Authorization", "Bearer \(key)")], body: write.2)
            #expect(fast.status == 503 && fast.withoutIdentity == slow.withoutIdentity)
            #expect(fast.header("Retry-After") == "60" && fast.text.contains("the disk is replaced"))
        }
        let before = server.fastAnswers
        #expect(try server.ask(write.0, write.1, body: write.2).status == 201)
        let read = "/api/v1/features/f/values?entity_ids=a"
        #expect(try server.ask("GET", read, key: developer).status == 200)
        #expect(server.fastAnswers == before + 2)
        let many = #"{"features":["f"],"entities":["a"]}"#
        #expect(try server.ask("POST", "/api/v1/online/read", key: developer, body: many).status == 200)
        #expect(try server.ask("POST", "/api/v1/features", key: admin, body: #"{"name":"g"}"#).status == 503)
        #expect(try server.ask("POST", Self.path, body: Self.off).status == 200)
        #expect(try server.ask(write.0, write.1, key: developer, body: write.2).status == 201)
    }

    @Test func `a connection that is open when maintenance begins is refused with its next write`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let key = try await server.key(.developer)
        let socket = try server.connect()
        func write() throws -> Int {
            try socket.request(
                "POST",
                "/api/v1/features/f/values",
                headers: [("Authorization", "Bearer \(key)")],
                body: #"{"entity_id":"a","value":1}"#
            )
            .status
        }
        #expect(try write() == 201)
        #expect(try server.ask("POST", Self.path, body: Self.on).status == 200)
        #expect(try write() == 503)
        #expect(try server.ask("POST", Self.path, body: Self.off).status == 200)
        #expect(try write() == 201)
    }

    @Test func `signing in and out go on, and a session of a developer writes nothing`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let user = #"{"email":"ann@example.com","name":"Ann","password":"secure_password"}"#
        #expect(try server.ask("POST", "/api/v1/users", body: user).status == 201)
        #expect(try server.ask("POST", Self.path, body: Self.on).status == 200)
        let login = #"{"email":"ann@example.com","password":"secure_password"}"#
        let signedIn = try server.ask("POST", "/api/v1/auth/login", key: nil, body: login)
        #expect(signedIn.status == 200)
        let refresh = try #require(signedIn.object["refresh_token"] as? String)
        let refreshed = try server.ask("POST", "/api/v1/auth/refresh", key: refresh)
        #expect(refreshed.status == 200)
        let access = try #require(refreshed.object["access_token"] as? String)
        let write = #"{"entity_id":"a","value":1}"#
        #expect(try server.ask("POST", "/api/v1/features/f/values", key: access, body: write).status == 503)
        #expect(try server.ask("GET", "/api/v1/features", key: access).status == 200)
        #expect(try server.ask("POST", "/api/v1/auth/logout", key: access).status == 204)
        let other = user.replacing("ann", with: "bob")
        #expect(try server.ask("POST", "/api/v1/users", key: nil, body: other).status == 503)
    }

    @Test func `what changes something is closed, whatever it counts against`() async throws {
        let server = try await TestServer()
        let operations = server.operations.filter { $0.method != .get }
        for operation in operations {
            let goesOn = Self.goingOn.contains(operation.id)
            #expect(operation.rule.pausesInMaintenance != goesOn, "\(operation.id)")
        }
        #expect(server.operations.filter { $0.method == .get }.allSatisfy { !$0.rule.pausesInMaintenance })
    }

    @Test func `health says so, and stays well`() async throws {
        let server = try await TestServer()
        #expect(try server.ask("POST", Self.path, body: Self.on).status == 200)
        let before = server.fastAnswers
        let ready = try server.ask("GET", "/readyz", key: nil)
        #expect(server.fastAnswers == before + 1)
        #expect(ready.status == 200 && ready.object["status"] as? String == "maintenance")
        #expect(ready.object["reason"] as? String == "the disk is replaced")
        let health = try server.ask("GET", "/health", key: nil)
        #expect(health.status == 200 && health.object["status"] as? String == "maintenance")
        let enveloped = try server.ask("GET", "/api/v1/health", key: nil)
        let data = enveloped.object["data"] as? [String: Any]
        #expect(enveloped.status == 200 && data?["status"] as? String == "maintenance")
        #expect(enveloped.object["message"] as? String == "the disk is replaced")
        #expect(try server.ask("GET", "/livez", key: nil).status == 200)
        #expect(try server.ask("POST", Self.path, body: Self.off).status == 200)
        #expect(try server.ask("GET", "/health", key: nil).object["status"] as? String == "healthy")
    }

    @Test func `it says since when, and a server that starts anew is still in it`() async throws {
        let server = try await TestServer()
        #expect(try server.ask("GET", Self.path).object["enabled"] as? Bool == false)
        let began = try server.ask("POST", Self.path, body: #"{"enabled":true}"#).object
        let since = try #require(began["since"] as? String)
        #expect((began["message"] as? String)?.isEmpty == false)
        let other = try server.ask("POST", Self.path, body: Self.on).object
        #expect(other["since"] as? String == since && other["message"] as? String == "the disk is replaced")
        let shown = try server.ask("GET", Self.path).object
        #expect(shown["since"] as? String == since && shown["enabled"] as? Bool == true)
        let sealer = SecretSealer(key: try SealingKey.load(directory: server.directory.path))
        let again = Services(store: server.store, catalog: server.catalog, sealer: sealer)
        #expect(again.health.report().condition == .healthy)
        try await again.administration.reload()
        #expect(again.health.report().condition == .maintenance)
        let ended = try server.ask("POST", Self.path, body: Self.off).object
        #expect(ended["enabled"] as? Bool == false && ended["since"] is NSNull && ended["message"] is NSNull)
    }

    @Test func `what is no message or no answer to whether is refused as document 003 says`() async throws {
        let server = try await TestServer()
        for body in [
            "{}", #"{"enabled":"yes"}"#, #"{"enabled":true,"message":""}"#, #"{"enabled":true,"until":"now"}"#,
            #"{"enabled":true,"message":"a\u0000b"}"#,
            #"{"enabled":true,"message":"\#(String(repeating: "x", count: 513))"}"#,
        ] {
            let answer = try server.ask("POST", Self.path, body: body)
            let code = body == "{}" ? "VAL_002" : "VAL_001"
            #expect(answer.status == 400 && answer.object["error"] as? String == code, "\(body)")
        }
        #expect(try server.ask("GET", Self.path).object["enabled"] as? Bool == false)
        let admin = try await server.key(.admin)
        let refused = try server.ask("POST", Self.path, key: admin, body: Self.on)
        #expect(refused.status == 403 && refused.object["error"] as? String == "AUTH_003")
    }
}
