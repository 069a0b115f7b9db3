import FStoreCatalog
import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP
@testable import FStoreServices

/// Registering, signing in and out: what documents 001, 002 and 003 show, sent as it stands there.
@Suite("Accounts over HTTP", .blocking)
struct AccountRouteTests {
    private static let register = #"""
        {"email":"user@example.com","username":"johndoe","password":"secure_password",
        "full_name":"John Doe","organization_name":"Acme Corp"}
        """#
    private static let login = #"{"email":"user@example.com","password":"secure_password"}"#

    private static func signIn(_ server: TestServer, _ body: String = login) throws -> [String: Any] {
        let answer = try server.ask("POST", "/api/v1/auth/login", key: nil, body: body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.header("Cache-Control") == "no-store")
        return answer.object
    }

    @Test func `document 002: an organization registers, signs in, and sees who it is`() async throws {
        let server = try await TestServer()
        let made = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register)
        #expect(made.status == 201, "\(made.text)")
        #expect(
            made.object["username"] as? String == "johndoe" && made.object["email"] as? String == "user@example.com"
        )
        #expect(made.object["full_name"] as? String == "John Doe" && made.object["role"] as? String == "admin")
        let organization = try #require(made.object["organization_id"] as? Int)
        #expect(organization > 1)
        let token = try Self.signIn(server)
        #expect(token["token_type"] as? String == "bearer" && token["organization_id"] as? Int == organization)
        #expect(token["user_id"] as? Int == made.object["id"] as? Int && token["role"] as? String == "admin")
        let access = try #require(token["access_token"] as? String)
        let me = try server.ask("GET", "/api/v1/auth/me", key: access)
        #expect(me.status == 200 && me.object as NSDictionary == made.object as NSDictionary)
        // The bootstrap key is a user's too, who has a name and an address.
        let first = try server.ask("GET", "/api/v1/auth/me").object
        #expect(first["email"] as? String == "operator@localhost" && first["full_name"] as? String == "Operator")
    }

    @Test func `document 003: a user is created, signs in, refreshes and signs out`() async throws {
        let server = try await TestServer()
        let body = #"{"email":"user@example.com","name":"John Doe","password":"secure_password"}"#
        let made = try server.ask("POST", "/api/v1/users", key: nil, body: body)
        #expect(made.status == 201 && Set(made.object.keys) == ["id", "email", "name", "created_at"], "\(made.text)")
        #expect((made.object["id"] as? String)?.hasPrefix("usr_") == true)
        let token = try Self.signIn(server)
        #expect(token["expires_in"] as? Int == 3600)
        let refresh = try #require(token["refresh_token"] as? String)
        let next = try server.ask("POST", "/api/v1/auth/refresh", key: refresh)
        #expect(next.status == 200 && next.object["expires_in"] as? Int == 3600, "\(next.text)")
        let access = try #require(next.object["access_token"] as? String)
        #expect(try server.ask("GET", "/api/v1/auth/me", key: access).status == 200)
        let out = try server.ask("POST", "/api/v1/auth/logout", key: access)
        #expect(out.status == 204 && out.body.isEmpty)
        #expect(try server.ask("GET", "/api/v1/auth/me", key: access).status == 401)
        let last = try #require(next.object["refresh_token"] as? String)
        #expect(try server.ask("POST", "/api/v1/auth/refresh", key: last).status == 401)
    }

    @Test func `document 001: signing in takes a username, and errors have its style then`() async throws {
        let server = try await TestServer()
        _ = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register)
        let token = try Self.signIn(server, #"{"username":"JohnDoe","password":"secure_password"}"#)
        #expect((token["data"] as? [String: Any])?["token"] as? String == token["access_token"] as? String)
        let wrong = #"{"username":"johndoe","password":"secure_passwort"}"#
        let refused = try server.ask("POST", "/api/v1/auth/login", key: nil, body: wrong)
        #expect(refused.status == 401)
        #expect((refused.object["error"] as? [String: Any])?["code"] as? String == "AUTHENTICATION_ERROR")
        let other = try server.ask(
            "POST",
            "/api/v1/auth/login",
            key: nil,
            body: #"{"email":"user@example.com","password":"secure_passwort"}"#
        )
        #expect(other.status == 401 && other.object["error"] as? String == "AUTH_001")
        #expect(other.object["message"] as? String == refused.object["message"] as? String)
    }

    @Test(arguments: [
        (#"{"email":"no address","username":"b","password":"secure_password","organization_name":"B"}"#, 422, "email"),
        (#"{"email":"b@example.com","username":"b","password":"short","organization_name":"B"}"#, 422, "at least 8"),
        (#"{"email":"b@example.com","username":"b","password":"secure_password"}"#, 422, "organization_name"),
        (
            #"{"email":"USER@example.com","username":"b","password":"secure_password","organization_name":"B"}"#, 409,
            "USER@example.com"
        ),
        (
            #"{"email":"b@example.com","username":"JOHNDOE","password":"secure_password","organization_name":"B"}"#,
            409, "JOHNDOE"
        ),
        (
            #"{"email":"b@example.com","username":"b","password":"secure_password","organization_name":"Acme Corp"}"#,
            409, "Acme Corp"
        ),
        (#"{"email":"b@example.com","username":"b","password":"secure_password","role":"operator"}"#, 422, "role"),
    ])
    func `who cannot register is told why, and nothing is half made`(
        body: String,
        status: Int,
        word: String
    ) async throws {
        let server = try await TestServer()
        _ = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register)
        let before = try await server.catalog.organizations().count
        let answer = try server.ask("POST", "/api/v1/auth/register", key: nil, body: body)
        #expect(answer.status == status && answer.text.contains(word), "\(answer.text)")
        #expect(try await server.catalog.organizations().count == before)
    }

    @Test func `an admin makes users of the own organization, a viewer does not`() async throws {
        let server = try await TestServer()
        let body = #"{"email":"ann@example.com","name":"Ann","password":"secure_password"}"#
        let viewer = try await server.key(.viewer)
        #expect(try server.ask("POST", "/api/v1/users", key: viewer, body: body).status == 403)
        #expect(
            try server.ask("POST", "/api/v1/users", key: "fl_1_" + String(repeating: "x", count: 40), body: body).status
                == 401
        )
        let made = try server.ask("POST", "/api/v1/users", key: try await server.key(.admin), body: body)
        #expect(made.status == 201, "\(made.text)")
        let token = try Self.signIn(server, #"{"email":"ann@example.com","password":"secure_password"}"#)
        #expect(token["organization_id"] as? Int == 1 && token["role"] as? String == "developer")
    }

    @Test func `a refresh token that comes twice ends its session`() async throws {
        let server = try await TestServer()
        _ = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register)
        let token = try Self.signIn(server)
        let refresh = try #require(token["refresh_token"] as? String)
        let access = try #require(token["access_token"] as? String)
        let next = try server.ask("POST", "/api/v1/auth/refresh", key: nil, body: #"{"refresh_token":"\#(refresh)"}"#)
        #expect(next.status == 200)
        #expect(try server.ask("GET", "/api/v1/auth/me", key: access).status == 200)
        #expect(try server.ask("POST", "/api/v1/auth/refresh", key: refresh).status == 401)
        #expect(try server.ask("GET", "/api/v1/auth/me", key: access).status == 401)
        let newest = try #require(next.object["refresh_token"] as? String)
        #expect(try server.ask("POST", "/api/v1/auth/refresh", key: newest).status == 401)
        // Neither kind is taken for the other.
        #expect(try server.ask("GET", "/api/v1/features", key: newest).status == 401)
        #expect(try server.ask("POST", "/api/v1/auth/refresh", key: access).status == 401)
    }

    @Test func `of many refreshes with one token one wins`() async throws {
        let server = try await TestServer()
        _ = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register)
        let refresh = try #require(try Self.signIn(server)["refresh_token"] as? String)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask { try await server.request("POST", "/api/v1/auth/refresh", key: refresh).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1 && statuses.filter { $0 == 401 }.count == 19, "\(statuses)")
    }

    @Test func `a new password ends the other sessions, and needs the old one later`() async throws {
        let server = try await TestServer()
        _ = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register)
        let other = try #require(try Self.signIn(server)["access_token"] as? String)
        let mine = try #require(try Self.signIn(server)["access_token"] as? String)
        let wrong = #"{"current_password":"not the one","new_password":"a better secret"}"#
        let refused = try server.ask("POST", "/api/v1/auth/password", key: mine, body: wrong)
        #expect(refused.status == 422 && refused.text.contains("current_password"))
        // The session has just begun.
        let change = #"{"new_password":"a better secret"}"#
        #expect(try server.ask("POST", "/api/v1/auth/password", key: mine, body: change).status == 204)
        #expect(try server.ask("GET", "/api/v1/auth/me", key: other).status == 401)
        #expect(try server.ask("GET", "/api/v1/auth/me", key: mine).status == 200)
        #expect(try server.ask("POST", "/api/v1/auth/login", key: nil, body: Self.login).status == 401)
        _ = try Self.signIn(server, #"{"email":"user@example.com","password":"a better secret"}"#)
        // A key has not given a password, however young it is.
        let key = try server.ask("POST", "/api/v1/auth/keys", key: mine, body: #"{"name":"k","role":"admin"}"#)
        let text = try #require(key.object["key"] as? String)
        let missing = try server.ask("POST", "/api/v1/auth/password", key: text, body: change)
        #expect(missing.status == 422 && missing.text.contains("current_password"), "\(missing.text)")
    }

    /// A key of a lower role that sets its user's password would have the user's role a moment later.
    @Test func `a key that may do less than its user does not set the password`() async throws {
        let server = try await TestServer()
        _ = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register)
        let mine = try #require(try Self.signIn(server)["access_token"] as? String)
        let key = try server.ask("POST", "/api/v1/auth/keys", key: mine, body: #"{"name":"k","role":"viewer"}"#)
        let text = try #require(key.object["key"] as? String)
        let body = #"{"current_password":"secure_password","new_password":"a better secret"}"#
        let refused = try server.ask("POST", "/api/v1/auth/password", key: text, body: body)
        #expect(refused.status == 403 && refused.text.contains("less than its user"), "\(refused.text)")
    }

    @Test func `a session makes no key without a limit`() async throws {
        let server = try await TestServer()
        _ = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register)
        let mine = try #require(try Self.signIn(server)["access_token"] as? String)
        let body = #"{"name":"k","role":"viewer","rate_limit":"unlimited"}"#
        #expect(try server.ask("POST", "/api/v1/auth/keys", key: mine, body: body).status == 403)
        #expect(
            try server.ask("POST", "/api/v1/auth/keys", key: mine, body: #"{"name":"k","role":"viewer"}"#).status == 201
        )
    }

    @Test func `services ask whether a user's token is valid`() async throws {
        let server = try await TestServer()
        let user = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register).object
        let token = try #require(try Self.signIn(server)["access_token"] as? String)
        func verify(_ body: String, key: String) throws -> Bool? {
            let answer = try server.ask("POST", "/api/v1/auth/verify", key: key, body: body)
            #expect(answer.status == 200, "\(answer.text)")
            return answer.object["active"] as? Bool
        }
        let id = try #require(user["id"] as? Int)
        #expect(try verify(#"{"token":"\#(token)"}"#, key: token) == true)
        #expect(try verify(#"{"token":"\#(token)","user_id":\#(id)}"#, key: TestServer.operatorKey) == true)
        #expect(try verify(#"{"token":"\#(token)","user_id":"usr_abc123"}"#, key: token) == false)
        #expect(try verify(#"{"token":"eyJ"}"#, key: token) == false)
        // Another organization learns nothing.
        let foreign = try await server.key(.admin, organization: "other")
        #expect(try verify(#"{"token":"\#(token)"}"#, key: foreign) == false)
    }

    @Test func `who comes while too many passwords are compared is told to come again`() throws {
        let error = try #require(APIError(ofAccounts: ThreadPool.Busy()))
        #expect(error.status(for: .platform) == 503 && error.status(for: .teams) == 503)
    }

    @Test func `secrets are in no file`() async throws {
        let server = try await TestServer()
        _ = try server.ask("POST", "/api/v1/auth/register", key: nil, body: Self.register)
        let token = try Self.signIn(server)
        let refresh = try #require(token["refresh_token"] as? String)
        let access = try #require(token["access_token"] as? String)
        for secret in ["secure_password", refresh, access] { #expect(try server.files(with: secret) == []) }
        #expect(try !server.files(with: "johndoe").isEmpty)
    }
}
