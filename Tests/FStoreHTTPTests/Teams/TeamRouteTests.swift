import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@Suite("Teams over HTTP", .blocking)
struct TeamRouteTests {
    @Test func `a team is made, filled, emptied and deleted`() async throws {
        let server = try await TestServer()
        let admin = try await server.key(.admin)
        let made = try server.ask("POST", "/api/v1/teams", key: admin, body: #"{"name":"platform"}"#)
        #expect(made.status == 201 && made.object["name"] as? String == "platform", "\(made.text)")
        let id = try #require(made.object["id"] as? Int)
        #expect(try server.ask("POST", "/api/v1/teams", key: admin, body: #"{"name":"platform"}"#).status == 409)

        let path = "/api/v1/teams/\(id)"
        let added = try server.ask("PUT", path + "/members/1", key: admin)
        let member = try #require((added.object["members"] as? [[String: Any]])?.first)
        #expect(added.status == 200 && member["user_id"] as? Int == 1 && member["username"] as? String == "operator")
        let publicID = try #require(member["id"] as? String)
        #expect(publicID.hasPrefix("usr_"))
        #expect(try server.ask("PUT", path + "/members/\(publicID)", key: admin).status == 200)
        let list = try server.ask("GET", "/api/v1/teams", key: admin)
        let teams = try #require(list.object["items"] as? [[String: Any]])
        #expect(list.object["total"] as? Int == 1 && (teams.first?["members"] as? [Any])?.count == 1)

        #expect(try server.ask("DELETE", path + "/members/\(publicID)", key: admin).status == 204)
        #expect(try server.ask("DELETE", path + "/members/\(publicID)", key: admin).status == 404)
        #expect(try server.ask("DELETE", path, key: admin).status == 204)
        #expect(try server.ask("DELETE", path, key: admin).status == 404)
        #expect(try server.ask("PUT", path + "/members/1", key: admin).status == 404)
    }

    @Test(arguments: [
        #"{}"#, #"{"name":""}"#, #"{"name":7}"#, #"{"name":"a\u0000b"}"#, #"{"name":"a","members":[1]}"#,
    ])
    func `a team needs a name and nothing else`(body: String) async throws {
        let server = try await TestServer()
        let answer = try server.ask("POST", "/api/v1/teams", body: body)
        #expect(answer.status == 422, "\(answer.text)")
    }

    @Test func `teams and users of others are not found, in the same words as those that nobody has`() async throws {
        let server = try await TestServer()
        let mine = try await server.key(.admin)
        let foreign = try await server.key(.admin, organization: "other")
        func team(_ key: String) throws -> Int {
            let answer = try server.ask("POST", "/api/v1/teams", key: key, body: #"{"name":"t"}"#)
            return try #require(answer.object["id"] as? Int)
        }
        let (ours, theirs) = (try team(mine), try team(foreign))
        #expect(try server.ask("GET", "/api/v1/teams", key: mine).object["total"] as? Int == 1)
        let stranger = try TestServer.userID(of: foreign)
        let paths = [
            "/api/v1/teams/\(theirs)/members/1", "/api/v1/teams/\(ours)/members/\(stranger)",
            "/api/v1/teams/999999/members/1", "/api/v1/teams/none/members/1", "/api/v1/teams/\(ours)/members/none",
        ]
        let answers = try paths.map { path in
            try server.ask("PUT", path, key: mine).withoutIdentity.replacing(path, with: "PATH")
        }
        #expect(answers.allSatisfy { $0.hasPrefix("404 ") && $0 == answers[0] }, "\(answers)")
        #expect(try server.ask("DELETE", "/api/v1/teams/\(theirs)", key: mine).status == 404)
        #expect(try server.ask("DELETE", "/api/v1/teams/\(theirs)", key: foreign).status == 204)
    }
}
