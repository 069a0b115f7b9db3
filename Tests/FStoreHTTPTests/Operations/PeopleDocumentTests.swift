import FStoreCatalog
import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

/// The users of document 003; those of document 002 are among ``TeamDocumentFixtures``.
@Suite("The contract of document 003, users", .blocking)
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
        try fixture.expect(server.ask(fixture.method, path, body: fixture.body))
    }

    @Test func `the client of document 003 lists users with limit and offset`() async throws {
        let server = try await TestServer()
        let listed = try server.ask("GET", "/api/v1/users?limit=100&offset=0").json as? [[String: Any]]
        #expect(listed?.count == 1)
        for user in listed ?? [] { #expect(ContractFixture.problems(user, Self.user) == []) }
    }
}
