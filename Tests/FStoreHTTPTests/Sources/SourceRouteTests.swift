import FStoreCatalog
import FStoreIdentity
import FStoreServices
import FStoreTestSupport
import Foundation
import Testing

@Suite("Sources over HTTP", .blocking)
struct SourceRouteTests {
    private static func body(_ name: String, _ type: String, _ config: String) -> String {
        #"{"type":"\#(type)","name":"\#(name)","config":\#(config)}"#
    }

    @Test func `a member that the type does not have is refused, and its value said nowhere`() async throws {
        let server = try await TestServer()
        for config in [#"{"pwd":"hunter2"}"#, #"{"connection":{"password":"hunter2"}}"#, #"{"port":"hunter2"}"#] {
            let answer = try server.ask("POST", "/api/v1/sources", body: Self.body("s", "postgresql", config))
            #expect(answer.status == 422, "\(answer.text)")
            #expect(!answer.text.contains("hunter2") && answer.text.contains("config."), "\(answer.text)")
        }
        #expect(try server.files(with: "hunter2") == [])
    }

    @Test func `secrets are sealed on the disk, and never in an answer`() async throws {
        let server = try await TestServer()
        let bodies = [
            Self.body("a", "postgresql", #"{"host":"db","password":"hunter2"}"#),
            Self.body("b", "http", #"{"url":"https://ann:hunter2@x.org/?token=hunter2","headers":{"X-A":"hunter2"}}"#),
        ]
        for body in bodies {
            let answer = try server.ask("POST", "/api/v1/sources", body: body)
            #expect(answer.status == 201 && !answer.text.contains("hunter2"), "\(answer.text)")
            let id = try #require(answer.object["id"] as? String)
            let read = try server.ask("GET", "/api/v1/sources/\(id)")
            #expect(read.status == 200 && !read.text.contains("hunter2"))
            // What was read may be sent back, and changes no secret.
            let data = try #require((read.object["data"] as? [String: Any])?["config"])
            let config = String(decoding: try JSONSerialization.data(withJSONObject: data), as: UTF8.self)
            let patched = try server.ask("PATCH", "/api/v1/sources/\(id)", body: #"{"config":\#(config)}"#)
            #expect(patched.status == 200, "\(patched.text)")
            #expect((patched.object["secure_fields"] as? [String: Bool])?.values.allSatisfy { $0 } == true)
        }
        #expect(try server.files(with: "hunter2") == [])
    }

    @Test func `viewers do not see where a source lies`() async throws {
        let server = try await TestServer()
        let viewer = try await server.key(.viewer)
        let made = try server.ask("POST", "/api/v1/sources", body: Self.body("s", "file", #"{"path":"a/b.csv"}"#))
        let id = try #require(made.object["id"] as? String)
        let seen = try server.ask("GET", "/api/v1/sources/\(id)", key: viewer)
        #expect(seen.status == 200 && !seen.text.contains("b.csv") && !seen.text.contains("\"config\""))
        let developer = try await server.key(.developer)
        #expect(try server.ask("GET", "/api/v1/sources/\(id)", key: developer).text.contains("b.csv"))
        #expect(try !server.ask("GET", "/api/v1/sources", key: viewer).text.contains("b.csv"))
    }

    @Test func `a change of the type leaves nothing of the old one`() async throws {
        let server = try await TestServer()
        let config = #"{"host":"db","password":"hunter2"}"#
        let made = try server.ask("POST", "/api/v1/sources", body: Self.body("s", "postgresql", config))
        let path = "/api/v1/sources/\(try #require(made.object["id"] as? String))"
        let refused = try server.ask("PATCH", path, body: #"{"type":"file"}"#)
        #expect(refused.status == 422 && refused.text.contains("config.host"))
        let body = #"{"type":"file","config":{"host":null,"password":null,"path":"x"}}"#
        let changed = try server.ask("PATCH", path, body: body)
        #expect(changed.status == 200 && (changed.object["secure_fields"] as? [String: Bool])?.isEmpty == true)
        let back = try server.ask("PATCH", path, body: #"{"type":"http","config":{"path":null}}"#)
        #expect(back.status == 200 && back.object["type"] as? String == "http", "\(back.text)")
    }

    @Test func `what an earlier version stored in clear is sealed, on the disk too`() async throws {
        let server = try await TestServer()
        let old = NewSource(name: "old", type: "postgresql", config: #"{"host":"db","pwd":"hunter2"}"#)
        _ = try await server.catalog.createSource(old, organization: 1, by: .server)
        #expect(try !server.files(with: "hunter2").isEmpty)
        #expect(try await server.services.sources.sealStored() == 1)
        #expect(try await server.services.sources.sealStored() == 0)
        #expect(try server.files(with: "hunter2") == [])
        let seen = try server.ask("GET", "/api/v1/sources/\(old.id)")
        #expect(seen.text.contains(#""pwd":true"#) && !seen.text.contains("hunter2"))
        // It can be taken away, and nothing else is in the way of a change.
        let changed = try server.ask("PATCH", "/api/v1/sources/\(old.id)", body: #"{"config":{"pwd":null,"port":1}}"#)
        #expect(changed.status == 200 && !changed.text.contains("pwd"))
    }
}

@Suite("Secrets of sources that move", .blocking)
struct SourceDestinationTests {
    /// A developer, who is not shown a password, changed the host of its source to one of their own, and had it sent
    /// there by a test of the source.
    @Test func `a stored secret does not go to another host than the one it was entered for`() async throws {
        let server = try await TestServer()
        func made(_ type: String, _ config: String) throws -> String {
            let body = #"{"type":"\#(type)","name":"\#(type)","config":\#(config)}"#
            let answer = try server.ask("POST", "/api/v1/sources", body: body)
            return "/api/v1/sources/\(try #require(answer.object["id"] as? String))"
        }
        let database = try made("postgresql", #"{"host":"db","port":5432,"password":"hunter2"}"#)
        let service = try made("api", #"{"url":"https://a.example/x","headers":{"Authorization":"hunter2"}}"#)
        for (path, config, status) in [
            (database, #"{"host":"evil"}"#, 422), (database, #"{"port":5433}"#, 422),
            (database, #"{"host":"DB"}"#, 200),
            (database, #"{"host":"evil","password":"********"}"#, 422),
            (database, #"{"host":"b","password":"p"}"#, 200),
            (database, #"{"host":"c","password":null}"#, 200), (service, #"{"url":"https://evil.example/x"}"#, 422),
            (service, #"{"url":"http://a.example/x"}"#, 422), (service, #"{"url":"https://a.example:444/x"}"#, 422),
            (service, #"{"url":"https://a.example:443/y?page=2"}"#, 200),
            (service, #"{"url":"https://b.example/x","headers":{"Authorization":"mine"}}"#, 200),
        ] {
            let answer = try server.ask("PATCH", path, body: #"{"config":\#(config)}"#)
            #expect(answer.status == status, "\(config): \(answer.text)")
        }
    }
}
