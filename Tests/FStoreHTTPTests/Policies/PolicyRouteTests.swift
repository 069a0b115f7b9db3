import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@Suite("The configuration over HTTP", .blocking)
struct PolicyRouteTests {
    private static let path = "/api/v1/config"

    /// A team with one member, whose key is a viewer's.
    private static func team(_ server: TestServer) async throws -> (id: Int, member: String) {
        let made = try server.ask("POST", "/api/v1/teams", body: #"{"name":"platform"}"#)
        let id = try #require(made.object["id"] as? Int)
        let member = try await server.key(.viewer)
        let user = try TestServer.userID(of: member)
        #expect(try server.ask("PUT", "/api/v1/teams/\(id)/members/\(user)").status == 200)
        return (id, member)
    }

    private static func config(_ answer: HTTPSocket.Response) throws -> [String: Any] {
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.object["config"] as? [String: Any])
    }

    @Test func `has the settings of the server and the policy side by side`() async throws {
        let server = try await TestServer()
        let answer = try server.ask("GET", Self.path, key: try await server.key(.viewer))
        let config = try Self.config(answer)
        #expect(config["min_confidence_threshold"] as? Double == 0.8)
        #expect(config["security_checks_required"] as? Bool == true && config["auto_sync_enabled"] as? Bool == true)
        #expect(
            answer.object["enforced_settings"] as? [String] == ["security_checks_required", "min_confidence_threshold"]
        )
        #expect(answer.object["team_id"] is NSNull && answer.object["organization_id"] as? Int == 1)
        #expect(answer.object["success"] as? Bool == true && answer.object["request_id"] is String)
        let data = try #require(answer.object["data"] as? [String: [String: Any]])
        #expect(Set(data.keys) == ["ingestion", "database", "storage"])
        #expect(data["ingestion"]?["batch_size"] as? Int == 10_000)
        #expect(data["database"]?["name"] as? String == "catalog.sqlite")
        #expect(data["storage"]?["path"] as? String == "values.mdb")
        #expect(!answer.text.contains(server.directory.path) && !answer.text.contains("password"))
    }

    @Test func `an admin changes what is named, and the answer is what is read then`() async throws {
        let server = try await TestServer()
        let admin = try await server.key(.admin)
        let body = #"{"min_confidence_threshold":0,"enforced_settings":["auto_sync_enabled"]}"#
        let changed = try server.ask("POST", Self.path, key: admin, body: body)
        #expect(try Self.config(changed)["min_confidence_threshold"] as? Double == 0)
        #expect(try Self.config(changed)["auto_sync_enabled"] as? Bool == true)
        let read = try server.ask("GET", Self.path, key: admin)
        #expect(read.object["enforced_settings"] as? [String] == ["auto_sync_enabled"])
        #expect(read.withoutIdentity == changed.withoutIdentity)
        #expect(try server.ask("POST", Self.path, key: admin, body: "{}").withoutIdentity == changed.withoutIdentity)
        let foreign = try await server.key(.admin, organization: "other")
        #expect(
            try Self.config(server.ask("GET", Self.path, key: foreign))["min_confidence_threshold"] as? Double == 0.8
        )
    }

    @Test(arguments: [
        #"{"min_confidence_threshold":1.0000001}"#, #"{"min_confidence_threshold":-0.1}"#,
        #"{"min_confidence_threshold":1e400}"#, #"{"min_confidence_threshold":"0.5"}"#,
        #"{"min_confidence_threshold":null}"#, #"{"security_checks_required":1}"#, #"{"auto_sync_enabled":"true"}"#,
        #"{"auto_sync_enabled":null}"#, #"{"enforced_settings":["anything"]}"#, #"{"enforced_settings":"all"}"#,
        #"{"theme":"dark"}"#, #"[]"#,
    ])
    func `what is no setting is refused, and nothing is changed`(body: String) async throws {
        let server = try await TestServer()
        let answer = try server.ask("POST", Self.path, body: body)
        #expect(answer.status == 422, "\(answer.text)")
        #expect(try Self.config(server.ask("GET", Self.path))["min_confidence_threshold"] as? Double == 0.8)
    }

    @Test(arguments: ["0", "1", "0.5", "1e0", "1E-3"])
    func `a threshold is from 0 to 1`(number: String) async throws {
        let server = try await TestServer()
        let answer = try server.ask("POST", Self.path, body: #"{"min_confidence_threshold":\#(number)}"#)
        #expect(try Self.config(answer)["min_confidence_threshold"] as? Double == Double(number))
    }

    @Test func `a team has settings of its own, which its members and admins see`() async throws {
        let server = try await TestServer()
        let (team, member) = try await Self.team(server)
        let path = Self.path + "?team_id=\(team)"
        let changed = try server.ask("POST", path, body: #"{"auto_sync_enabled":false}"#)
        #expect(try Self.config(changed)["auto_sync_enabled"] as? Bool == false)
        #expect(changed.object["team_id"] as? Int == team)
        #expect(try Self.config(server.ask("GET", Self.path))["auto_sync_enabled"] as? Bool == true)
        for key in [member, try await server.key(.admin)] {
            #expect(try Self.config(server.ask("GET", path, key: key))["auto_sync_enabled"] as? Bool == false)
        }
        let others = [
            (path, try await server.key(.developer)), (path, try await server.key(.admin, organization: "other")),
            (Self.path + "?team_id=999999", member),
            (Self.path + "?team_id=999999", try await server.key(.operator)),
        ]
        let answers = try others.map { try server.ask("GET", $0, key: $1).withoutIdentity }
        #expect(answers.allSatisfy { $0.hasPrefix("404 ") && $0 == answers[0] }, "\(answers)")
        let foreign = try await server.key(.admin, organization: "other")
        #expect(try server.ask("POST", path, key: foreign, body: #"{"auto_sync_enabled":true}"#).status == 404)
        #expect(try server.ask("GET", Self.path + "?team_id=first").status == 422)
    }

    @Test func `what the organization enforces holds for its teams`() async throws {
        let server = try await TestServer()
        let (team, _) = try await Self.team(server)
        let path = Self.path + "?team_id=\(team)"
        let refused = try server.ask("POST", path, body: #"{"min_confidence_threshold":0.5,"auto_sync_enabled":false}"#)
        #expect(refused.status == 403 && refused.text.contains("min_confidence_threshold"), "\(refused.text)")
        #expect(try Self.config(server.ask("GET", path))["auto_sync_enabled"] as? Bool == true)
        #expect(try server.ask("POST", path, body: #"{"min_confidence_threshold":0.8}"#).status == 200)
        let enforcing = try server.ask("POST", path, body: #"{"enforced_settings":[]}"#)
        #expect(enforcing.status == 422 && enforcing.text.contains("enforced_settings"), "\(enforcing.text)")
    }
}
