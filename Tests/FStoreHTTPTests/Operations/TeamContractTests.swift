import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@Suite("The contract of document 002", .blocking)
struct TeamContractTests {
    /// Requests of the document that another suite holds to it.
    private static let others: Set = [
        "POST /auth/register", "POST /auth/login", "GET /auth/me", "GET /admin/users",
    ]

    @Test(arguments: TeamDocumentFixtures.all)
    func `every request is answered as written`(fixture: ContractFixture) async throws {
        let server = try await TestServer()
        let admin = try await server.key(.admin)
        for version in [1, 2] {
            let pattern =
                #"{"name":"retry","description":"Retry with backoff","version":\#(version),"category":"http"}"#
            let body = #"{"patterns":[\#(pattern)]}"#
            #expect(try server.ask("POST", "/api/v1/patterns/sync", key: admin, body: body).status == 200)
        }
        let path = "/api/v1" + fixture.path.replacing("{pattern_name}", with: "retry") + fixture.query
        try fixture.expect(server.ask(fixture.method, path, key: admin, body: fixture.body))
    }

    @Test(.enabled(if: DocumentReader.text(ofDocument: "002") != nil))
    func `every request that the document shows has a fixture`() throws {
        let requests = DocumentReader(try #require(DocumentReader.text(ofDocument: "002"))).requests
        #expect(requests.count == 10)
        let coverage = ContractCoverage(fixtures: TeamDocumentFixtures.all)
        for request in requests where !Self.others.contains("\(request.method) \(request.path)") {
            coverage.expect(request)
        }
    }
}
