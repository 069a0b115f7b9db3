import FStoreIdentity
import FStoreCatalog
import FStoreSecurity
import FStoreServices
import FStoreTestSupport
import Foundation
import HTTPTypes
import Testing

@testable import FStoreHTTP

/// Who may do what, for every operation there is, as the table of operations says.
@Suite("Roles", .blocking)
struct RoleMatrixTests {
    /// The operation's path with something in the place of its parameters.
    static func path(_ operation: FStoreHTTP.Operation, _ parameter: String) -> String {
        let path = operation.path.parts
            .map { part in
                switch part {
                case .literal(let text): "/" + text
                case .parameter: "/" + parameter
                }
            }
            .joined()
        let required = operation.parameters.filter { $0.place == .query && $0.isRequired }
        return (path.isEmpty ? "/" : path)
            + (required.isEmpty ? "" : "?" + required.map { "\($0.name)=none" }.joined(separator: "&"))
    }

    /// Header fields that make the body what it is.
    static func headers(_ operation: FStoreHTTP.Operation) -> [(String, String)] {
        operation.body.map { [("Content-Type", $0.mediaTypes[0])] } ?? []
    }

    @Test func `every operation lets in whom the table says, and nobody else`() async throws {
        let server = try await TestServer()
        var keys: [(role: Role?, text: String?)] = [(nil, nil)]
        for role in Role.allCases { keys.append((role, try await server.key(role))) }
        let socket = try server.connect()
        for operation in server.operations {
            for (role, key) in keys {
                // A body that is no JSON: whoever gets past the gate is stopped before anything happens.
                let credential = key.map { [("Authorization", "Bearer \($0)")] } ?? []
                let answer = try socket.request(
                    operation.method.rawValue,
                    Self.path(operation, "none"),
                    headers: credential + Self.headers(operation),
                    body: operation.body == nil ? nil : "{"
                )
                let name = "\(operation.id) as \(role?.rawValue ?? "nobody")"
                switch (operation.rule.access, role) {
                case (.open, _): #expect(![401, 403].contains(answer.status), "\(name): \(answer.status)")
                case (.role, nil): #expect(answer.status == 401, "\(name): \(answer.status)")
                case (.role(let least), let role?) where role < least:
                    #expect(answer.status == 403, "\(name): \(answer.status)")
                default:
                    #expect(![401, 403].contains(answer.status), "\(name): \(answer.status)")
                    #expect(answer.status < 500, "\(name): \(answer.status)")
                }
            }
        }
    }

    @Test func `keys that open nothing are refused everywhere in the same words`() async throws {
        let server = try await TestServer()
        let expired = try await server.expiredKey()
        let wrong: [[(String, String)]] = [
            [("Authorization", "Bearer fl_1_nobodynobodynobodynobodynobodynobody12")],
            [("Authorization", "Bearer \(expired)")],
            [("Authorization", "Basic b3BlcmF0b3I6b3BlcmF0b3I=")],
            [("Authorization", "Bearer ")],
            [("Authorization", "")],
            [("X-API-Key", "")],
            [("X-API-Key", "fl_1_")],
        ]
        let socket = try server.connect()
        for operation in server.operations where operation.rule.access != .open {
            let path = Self.path(operation, "none")
            let nobody = try socket.request(operation.method.rawValue, path)
            #expect(nobody.header("WWW-Authenticate") == "Bearer realm=\"fstore\"")
            for headers in wrong {
                let answer = try socket.request(operation.method.rawValue, path, headers: headers)
                #expect(answer.status == 401, "\(operation.id) \(headers)")
                #expect(answer.withoutIdentity == nobody.withoutIdentity, "\(operation.id) \(headers)")
            }
        }
    }

    @Test func `what another organization has looks like what nobody has`() async throws {
        let server = try await TestServer()
        let foreign = try await server.key(.admin, organization: "other")
        let feature = try server.makeFeature("theirs", key: foreign)
        let source = try server.ask(
            "POST",
            "/api/v1/sources",
            key: foreign,
            body: #"{"type":"file","name":"theirs","config":{"path":"x"}}"#
        )
        let key = try server.ask(
            "POST",
            "/api/v1/auth/keys",
            key: foreign,
            body: #"{"name":"theirs","role":"viewer"}"#
        )
        let team = try server.ask("POST", "/api/v1/teams", key: foreign, body: #"{"name":"theirs"}"#)
        let pattern = #"{"patterns":[{"name":"theirs","description":"","version":1,"category":"c"}]}"#
        #expect(try server.ask("POST", "/api/v1/patterns/sync", key: foreign, body: pattern).status == 200)
        let stranger = try await server.catalog.createUser(
            NewUser(username: "stranger", role: .viewer),
            organization: server.catalog.organization(named: "other").id,
            by: .server
        )
        let session = try await server.catalog.beginSession(
            of: stranger,
            lifetime: 1_000_000_000_000,
            token: OpaqueToken.generate(.refresh).digest,
            by: .server
        )
        let job = try server.ask("POST", "/api/v1/ingestion/start", key: foreign)
        let hook = #"{"url":"https://example.com/","events":["ingestion.completed"]}"#
        let webhook = try server.ask("POST", "/api/v1/webhooks", key: foreign, body: hook)
        let export = try server.ask("POST", "/api/v1/data/export", key: foreign, body: #"{"format":"csv"}"#)
        let known = [
            "webhook_id": (
                try #require((webhook.object["data"] as? [String: Any])?["id"] as? String),
                "webhook_01M7Z2EK9A4D1147DNQ3FY3WFB"
            ),
            "export_id": (
                try #require((export.object["data"] as? [String: Any])?["export_id"] as? String),
                "export_01M7Z2EK9A4D1147DNQ3FY3WFB"
            ),
            "job_id": (
                try #require((job.object["data"] as? [String: Any])?["job_id"] as? String),
                "job_01M7Z2EK9A4D1147DNQ3FY3WFB"
            ),
            "organization_id": ("\(stranger.organizationID)", "9"),
            "user_id": (stranger.publicID, "usr_01M7Z2EK9A4D1147DNQ3FY3WFB"),
            "team_id": (String(try #require(team.object["id"] as? Int)), "999999999"),
            "pattern_name": ("theirs", "nobodys"),
            "session_id": (session.id, "ses_01M7Z2MA6WZFD04CF9X79HPF49"),
            "feature_id": (feature, "0b5f0ec8-18db-4602-afd7-28c8b9846497"),
            "source_id": (try #require(source.object["id"] as? String), "source_01M7Z2EK9A4D1147DNQ3FY3WFB"),
            "key_id": (try #require(key.object["id"] as? String), "key_01M7Z2MA6WZFD04CF9X79HPF49"),
        ]
        let mine = try await server.key(.admin)
        let credential = [("Authorization", "Bearer \(mine)")]
        let socket = try server.connect()
        var tried = 0
        for operation in server.operations {
            guard let name = operation.path.parameterNames.first, let (theirs, nobodys) = known[name],
                operation.rule.access != .role(.operator)
            else { continue }
            tried += 1
            // A name must not help either.
            for reference in name == "feature_id" ? [theirs, "theirs"] : [theirs] {
                let unknown = name == "feature_id" && reference == "theirs" ? "nobody" : nobodys
                let answers = try [reference, unknown]
                    .map { id in
                        try socket.request(
                            operation.method.rawValue,
                            Self.path(operation, id),
                            headers: credential + Self.headers(operation),
                            body: operation.body.map { $0.example }
                        )
                        .withoutIdentity.replacing("/" + id, with: "/ID")
                    }
                #expect(answers[0].hasPrefix("404 "), "\(operation.id): \(answers[0])")
                #expect(answers[0] == answers[1], "\(operation.id)")
            }
        }
        #expect(tried == 35)
        // Everything is still there, and lists are of one organization.
        #expect(try server.ask("GET", "/api/v1/features/\(feature)", key: foreign).status == 200)
        for list in ["/api/v1/features", "/api/v1/sources"] {
            #expect(try server.ask("GET", list, key: mine).object["total"] as? Int == 0)
            #expect(try server.ask("GET", list, key: foreign).object["total"] as? Int == 1)
        }
        let body = #"{"features":["theirs"],"entities":["a"]}"#
        #expect(try server.ask("POST", "/api/v1/online/read", key: mine, body: body).status == 404)
        #expect(try server.ask("GET", "/api/v1/auth/keys", key: mine).text.contains("theirs") == false)
    }

    @Test func `open operations tell nothing of anybody`() async throws {
        let server = try await TestServer()
        let secret = try server.makeFeature("very_secret_feature")
        for operation in server.operations where operation.rule.access == .open {
            let text = try server.ask("GET", Self.path(operation, "none"), key: nil).text
            #expect(!text.contains("very_secret") && !text.contains(secret), "\(operation.id)")
            #expect(!text.contains(server.directory.path), "\(operation.id)")
            #expect(!text.contains("fl_1_"), "\(operation.id)")
        }
    }
}

extension HTTPSocket.Response {
    /// Status, headers and body without what is different in every answer; the length changes with the digits of the
    /// time.
    var withoutIdentity: String {
        let different: Set = [
            "x-request-id", "date", "content-length", "x-ratelimit-reset", "x-ratelimit-remaining", "ratelimit",
        ]
        let same = headers.filter { !different.contains($0.name) }
        let fields = same.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        return "\(status) \(fields)\n\(text)"
            .replacing(#/"timestamp":"[^"]*"/#, with: "")
            .replacing(#/"request_id":"[^"]*"/#, with: "")
    }
}

extension TestServer {
    /// A key that has ended.
    func expiredKey() async throws -> String {
        let user = try await catalog.createUser(NewUser(username: "late", role: .admin), organization: 1, by: .server)
        let code = APIKeyCode.generate(userID: user.id)
        _ = try await catalog.createKey(
            NewAPIKey(code: code, name: "late", role: .admin, expires: 1_000_000_000),
            organization: 1,
            by: .server
        )
        try await services.keys.reload()
        return code.text
    }
}
