import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@Suite("The contract of document 002", .blocking)
struct TeamContractTests {
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
        let registration = #"{"email":"user@example.com","name":"User","password":"secure_password"}"#
        #expect(try server.ask("POST", "/api/v1/users", key: admin, body: registration).status == 201)
        let path = "/api/v1" + fixture.path.replacing("{pattern_name}", with: "retry") + fixture.query
        try fixture.expect(server.ask(fixture.method, path, key: admin, body: fixture.body))
    }

    @Test(.enabled(if: DocumentReader.text(ofDocument: "002") != nil))
    func `every request that the document shows has a fixture`() throws {
        let requests = DocumentReader(try #require(DocumentReader.text(ofDocument: "002"))).requests
        #expect(requests.count == 10)
        let coverage = ContractCoverage(fixtures: TeamDocumentFixtures.all)
        for request in requests { coverage.expect(request) }
    }
}
