import FStoreCatalog
import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

/// The users of documents 002 and 003.
@Suite("The contract of documents 002 and 003, users", .blocking)
struct PeopleDocumentTests {
    private static let user: [String: ContractFixture.Kind] = [
        "id": .text, "email": .text, "name": .text, "created_at": .time, "updated_at": .time,
    ]

    private static let fixtures = [
        ContractFixture(method: "GET", path: "/users/{user_id}", status: 200, answer: user),
        ContractFixture(
            method: "PUT",
            path: "/users/{user_id}",
            body: #"{"name":"Jane Roe","email":"jane.roe@example.com"}"#,
            status: 200,
            answer: user
        ),
        ContractFixture(method: "PUT", path: "/users/{user_id}", body: #"{"name":"J"}"#, status: 200, answer: user),
        ContractFixture(method: "DELETE", path: "/users/{user_id}", status: 204),
        ContractFixture(
            method: "GET",
            path: "/admin/users",
            status: 200,
            answer: ["users": .objects, "count": .integer, "organization_id": .integer]
        ),
    ]

    @Test(arguments: fixtures)
    func `every request is answered as written`(fixture: ContractFixture) async throws {
        let server = try await TestServer()
        let user = try await server.catalog.createUser(
            NewUser(username: "jane", email: "jane@example.com", role: .developer),
            organization: 1,
            by: .server
        )
        let path = "/api/v1" + fixture.path.replacing("{user_id}", with: user.publicID) + fixture.query
        let answer = try server.ask(fixture.method, path, body: fixture.body)
        #expect(answer.status == fixture.status, "\(answer.text)")
        #expect(ContractFixture.problems(answer.object, fixture.answer) == [])
        if fixture.answer.isEmpty { #expect(answer.body.isEmpty) }
    }

    @Test func `the client of document 003 lists users with limit and offset`() async throws {
        let server = try await TestServer()
        let listed = try server.ask("GET", "/api/v1/users?limit=100&offset=0").json as? [[String: Any]]
        #expect(listed?.count == 1)
        for user in listed ?? [] { #expect(ContractFixture.problems(user, Self.user) == []) }
        let teams = try server.ask("GET", "/api/v1/admin/users").object["users"] as? [[String: Any]]
        let members: [String: ContractFixture.Kind] = [
            "id": .integer, "username": .text, "email": .text, "full_name": .text, "role": .text,
            "organization_id": .integer, "created_at": .time,
        ]
        for user in teams ?? [] { #expect(ContractFixture.problems(user, members) == []) }
        #expect(teams?.count == 1)
    }
}
