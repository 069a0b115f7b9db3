import FStoreCatalog
import FStoreIdentity
import FStoreSecurity
import FStoreServices
import FStoreTestSupport
import Foundation
import Testing

@Suite("Users over HTTP", .blocking)
struct UserRouteTests {
    /// A user with a key of the same role.
    private struct Somebody {
        let user: User
        let key: String
        var path: String { "/api/v1/users/\(user.publicID)" }
    }

    private static func make(
        _ server: TestServer,
        _ name: String,
        _ role: Role,
        organization: Int64 = 1
    ) async throws -> Somebody {
        let user = try await server.catalog.createUser(
            NewUser(username: name, email: "\(name)@example.com", role: role),
            organization: organization,
            by: .server
        )
        let code = APIKeyCode.generate(userID: user.id)
        let key = NewAPIKey(code: code, name: "test", role: role, quota: .unlimited)
        _ = try await server.catalog.createKey(key, organization: organization, by: .server)
        try await server.services.keys.reload()
        return Somebody(user: user, key: code.text)
    }

    @Test func `everybody sees themselves by either id, an admin everybody of the organization`() async throws {
        let server = try await TestServer()
        let dev = try await Self.make(server, "dev", .developer)
        let viewer = try await Self.make(server, "vic", .viewer)
        let admin = try await Self.make(server, "ada", .admin)
        for path in [dev.path, "/api/v1/users/\(dev.user.id)"] {
            let own = try server.ask("GET", path, key: dev.key)
            #expect(own.status == 200 && own.object["email"] as? String == "dev@example.com")
            #expect(own.object["id"] as? String == dev.user.publicID)
            #expect(try server.ask("GET", path, key: admin.key).body == own.body)
            // For whoever else the user is as good as unknown.
            let other = try server.ask("GET", path, key: viewer.key)
            let nobody = try server.ask("GET", "/api/v1/users/usr_nobody", key: viewer.key)
            #expect(other.status == 404 && nobody.status == 404)
            #expect(other.object["error"] as? String == "RES_001")
            #expect(other.object["message"] as? String == nobody.object["message"] as? String)
        }
    }

    @Test func `an operator reaches users of every organization, an admin those of the own one`() async throws {
        let server = try await TestServer()
        let other = try await server.catalog.createOrganization(name: "other", by: .server).id
        let theirs = try await Self.make(server, "theirs", .developer, organization: other)
        let boss = try await Self.make(server, "boss", .admin, organization: other)
        let admin = try await Self.make(server, "ada", .admin)
        for (method, path, body) in [
            ("GET", theirs.path, nil), ("PUT", theirs.path, #"{"name":"x"}"#), ("DELETE", theirs.path, nil),
            ("PUT", theirs.path + "/role", #"{"role":"viewer"}"#),
            ("PUT", theirs.path + "/disabled", #"{"disabled":true}"#),
            ("GET", "/api/v1/users?organization_id=\(other)", nil),
            ("GET", "/api/v1/admin/users?organization_id=\(other)", nil),
        ] as [(String, String, String?)] {
            #expect(try server.ask(method, path, key: admin.key, body: body).status == 404, "\(method) \(path)")
        }
        #expect(try server.ask("GET", "/api/v1/users?organization_id=1", key: admin.key).status == 200)
        #expect(try server.ask("GET", "/api/v1/users?organization_id=99").status == 404)
        let listed = try server.ask("GET", "/api/v1/users?organization_id=\(other)").json as? [[String: Any]]
        #expect(listed?.compactMap { $0["username"] as? String } == ["theirs", "boss"])
        let disabled = try server.ask("PUT", theirs.path + "/disabled", body: #"{"disabled":true}"#)
        #expect(disabled.status == 200 && disabled.object["disabled"] as? Bool == true)
        #expect(try server.ask("GET", theirs.path, key: theirs.key).status == 401)
        #expect(try server.ask("DELETE", theirs.path).status == 204)
        #expect(try server.ask("GET", theirs.path, key: boss.key).status == 404)
    }

    @Test func `lists are bare with headers in version 1, and pages in version 2`() async throws {
        let server = try await TestServer()
        for number in 0..<4 { _ = try await Self.make(server, "u\(number)", .viewer) }
        let bare = try server.ask("GET", "/api/v1/users?limit=2&offset=2")
        #expect((bare.json as? [[String: Any]])?.count == 2)
        #expect(bare.header("X-Pagination-Total") == "5" && bare.header("X-Pagination-Limit") == "2")
        #expect(bare.header("Link")?.contains("rel=\"next\"") == true)
        let house = try server.ask("GET", "/api/v2/users?limit=2&offset=2")
        #expect(house.object["total"] as? Int == 5 && (house.object["items"] as? [[String: Any]])?.count == 2)
        for (version, same) in [("v1", bare), ("v2", house)] {
            let headers = [("api-version", version)]
            let answer = try server.ask("GET", "/api/users?limit=2&offset=2", headers: headers)
            #expect(answer.body == same.body && answer.header("api-version") == version)
            #expect(answer.header("Vary")?.contains("api-version") == true)
        }
        #expect(try server.ask("GET", "/api/users?limit=2&offset=2").body == bare.body)
        let unknown = try server.ask("GET", "/api/users", headers: [("api-version", "v3")])
        #expect(unknown.status == 400 && unknown.object["error"] as? String == "VAL_001")
        let teams = try server.ask("GET", "/api/v1/admin/users")
        #expect(teams.object["count"] as? Int == 5 && teams.object["organization_id"] as? Int == 1)
        #expect((teams.object["users"] as? [[String: Any]])?.first?["id"] as? Int == 1)
    }

    @Test func `errors have the codes and statuses of document 003`() async throws {
        let server = try await TestServer()
        let dev = try await Self.make(server, "dev", .developer)
        let other = try await Self.make(server, "other", .developer)
        func code(_ answer: HTTPSocket.Response) -> String { "\(answer.status) \(answer.object["error"] ?? "")" }
        let put = { (body: String) in code(try server.ask("PUT", dev.path, key: dev.key, body: body)) }
        #expect(try put(#"{"email":"other@example.com"}"#) == "409 RES_002")
        #expect(try put(#"{"email":"OTHER@example.com"}"#) == "409 RES_002")
        #expect(try put(#"{"email":"nobody"}"#) == "400 VAL_001")
        #expect(try put(#"{"email":"a@b c"}"#) == "400 VAL_001")
        #expect(try put(#"{"name":""}"#) == "400 VAL_001")
        #expect(try put(#"{"nickname":"d"}"#) == "400 VAL_001")
        #expect(code(try server.ask("GET", "/api/v1/users", key: dev.key)) == "403 AUTH_003")
        #expect(code(try server.ask("GET", dev.path, key: nil)) == "401 AUTH_001")
        #expect(code(try server.ask("GET", "/api/v1/users/none", key: dev.key)) == "404 RES_001")
        #expect(code(try server.ask("DELETE", other.path, key: dev.key)) == "404 RES_001")
        // On the house's own operations a member that is missing is 422.
        #expect(try server.ask("PUT", dev.path + "/role", body: "{}").status == 422)
        let changed = try server.ask(
            "PUT",
            dev.path,
            key: dev.key,
            body: #"{"name":"Dev Eloper","email":"d@example.com"}"#
        )
        #expect(changed.status == 200 && changed.object["name"] as? String == "Dev Eloper")
        #expect(changed.object["email"] as? String == "d@example.com")
    }

    @Test func `nobody reaches those above them, or gives what they have not`() async throws {
        let server = try await TestServer()
        let admin = try await Self.make(server, "ada", .admin)
        let dev = try await Self.make(server, "dev", .developer)
        let chief = try await Self.make(server, "chief", .operator)
        func status(_ method: String, _ path: String, _ body: String? = nil) throws -> Int {
            try server.ask(method, path, key: admin.key, body: body).status
        }
        #expect(try status("PUT", chief.path, #"{"email":"mine@example.com"}"#) == 403)
        #expect(try status("PUT", chief.path + "/role", #"{"role":"viewer"}"#) == 403)
        #expect(try status("PUT", chief.path + "/disabled", #"{"disabled":true}"#) == 403)
        #expect(try status("DELETE", chief.path) == 403)
        #expect(try status("PUT", dev.path + "/role", #"{"role":"operator"}"#) == 403)
        #expect(try status("PUT", dev.path + "/role", #"{"role":"admin"}"#) == 200)
        // A key with less than its user's role stands for a program.
        let code = APIKeyCode.generate(userID: admin.user.id)
        let small = NewAPIKey(code: code, name: "small", role: .viewer)
        _ = try await server.catalog.createKey(small, organization: 1, by: .server)
        try await server.services.keys.reload()
        #expect(try server.ask("GET", admin.path, key: code.text).status == 200)
        #expect(try server.ask("PUT", admin.path, key: code.text, body: #"{"name":"x"}"#).status == 403)
        #expect(try server.ask("DELETE", admin.path, key: code.text).status == 403)
    }

    @Test func `the last admin and the last operator stay, with the reason`() async throws {
        let server = try await TestServer()
        let other = try await server.catalog.createOrganization(name: "other", by: .server).id
        let boss = try await Self.make(server, "boss", .admin, organization: other)
        for (method, path, body) in [
            ("DELETE", boss.path, nil), ("PUT", boss.path + "/role", #"{"role":"developer"}"#),
            ("PUT", boss.path + "/disabled", #"{"disabled":true}"#),
        ] as [(String, String, String?)] {
            let answer = try server.ask(method, path, key: boss.key, body: body)
            #expect(answer.status == 409 && answer.text.contains("the last admin"), "\(method) \(path)")
        }
        let last = try server.ask("DELETE", "/api/v1/users/1")
        #expect(last.status == 409 && last.object["error"] as? String == "RES_002")
        _ = try await Self.make(server, "chief", .operator)
        #expect(try server.ask("DELETE", "/api/v1/users/1").status == 204)
        #expect(try server.ask("GET", "/api/v1/features").status == 401)
    }

    /// A connection remembers its key, so that the hot path hashes it once: what is disabled must end there too.
    @Test func `a role and a disabled user count from the next request on, on open connections too`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let dev = try await Self.make(server, "dev", .developer)
        let socket = try server.connect()
        let headers = [("Authorization", "Bearer \(dev.key)")]
        let body = #"{"entity_id":"a","value":1}"#
        func write() throws -> Int {
            try socket.request("POST", "/api/v1/features/f/values", headers: headers, body: body).status
        }
        func read() throws -> Int {
            try socket.request("GET", "/api/v1/features/f/values?entity_ids=a", headers: headers).status
        }
        #expect(try write() == 201)
        let before = server.fastAnswers
        #expect(try read() == 200 && server.fastAnswers == before + 1)
        #expect(try server.ask("PUT", dev.path + "/role", body: #"{"role":"viewer"}"#).status == 200)
        #expect(try write() == 403)
        #expect(try read() == 200)
        #expect(try server.ask("PUT", dev.path + "/disabled", body: #"{"disabled":true}"#).status == 200)
        #expect(try read() == 401)
        #expect(try server.ask("PUT", dev.path + "/disabled", body: #"{"disabled":false}"#).status == 200)
        #expect(try read() == 200)
        #expect(try server.ask("DELETE", dev.path, key: dev.key).status == 204)
        #expect(try read() == 401)
    }

    @Test func `an invitation has a code that is shown once`() async throws {
        let server = try await TestServer()
        let admin = try await Self.make(server, "ada", .admin)
        let body = #"{"email":"new@example.com","role":"developer"}"#
        let made = try server.ask("POST", "/api/v1/users/invite", key: admin.key, body: body)
        #expect(made.status == 201 && made.header("Cache-Control") == "no-store")
        let code = try #require(made.object["code"] as? String)
        #expect(code.hasPrefix("fli_") && OpaqueToken(code, as: .invitation) != nil)
        #expect(made.object["organization_id"] as? Int == 1)
        func status(_ body: String) throws -> Int {
            try server.ask("POST", "/api/v1/users/invite", key: admin.key, body: body).status
        }
        #expect(try status(#"{"email":"ada@example.com","role":"viewer"}"#) == 409)
        #expect(try status(#"{"email":"x@example.com","role":"operator"}"#) == 422)
        #expect(try status(#"{"email":"x@example.com"}"#) == 422)
        let other = try await server.catalog.createOrganization(name: "other", by: .server).id
        let foreign = #"{"email":"x@example.com","role":"admin","organization_id":\#(other)}"#
        #expect(try status(foreign) == 404)
        let invited = try server.ask("POST", "/api/v1/users/invite", body: foreign)
        #expect(invited.status == 201 && invited.object["organization_id"] as? Int64 == other)
    }

    @Test func `a password is changed with the one before it, or by an admin`() async throws {
        let server = try await TestServer()
        let dev = try await Self.make(server, "dev", .developer)
        let admin = try await Self.make(server, "ada", .admin)
        func signsIn(_ password: String) throws -> Bool {
            let body = #"{"email":"dev@example.com","password":"\#(password)"}"#
            return try server.ask("POST", "/api/v1/auth/login", key: nil, body: body).status == 200
        }
        func put(_ body: String, _ key: String) throws -> Int {
            try server.ask("PUT", dev.path, key: key, body: body).status
        }
        // By an admin, who knows no password of others.
        #expect(try put(#"{"password":"first of all of them"}"#, admin.key) == 200)
        #expect(try signsIn("first of all of them"))
        // By themselves with a key, which says nothing of who holds it.
        #expect(try put(#"{"password":"second of all of them"}"#, dev.key) == 400)
        let wrong = #"{"password":"second of all of them","current_password":"guessed it"}"#
        #expect(try put(wrong, dev.key) == 400)
        #expect(try put(#"{"password":"short"}"#, admin.key) == 400)
        #expect(try signsIn("first of all of them"))
        let right = #"{"name":"Dev","password":"second of all of them","current_password":"first of all of them"}"#
        #expect(try put(right, dev.key) == 200)
        #expect(try signsIn("second of all of them"))
        #expect(try !signsIn("first of all of them"))
        // Nobody sets the password of those above them.
        let chief = try await Self.make(server, "chief", .operator)
        let refused = try server.ask("PUT", chief.path, key: admin.key, body: #"{"password":"mine from now on"}"#)
        #expect(refused.status == 403)
        // Within five minutes of signing in the new one alone is enough.
        let login = #"{"email":"dev@example.com","password":"second of all of them"}"#
        let token = try server.ask("POST", "/api/v1/auth/login", key: nil, body: login).object["access_token"]
        #expect(try put(#"{"password":"third of all of them"}"#, try #require(token as? String)) == 200)
        #expect(try signsIn("third of all of them"))
    }
}
