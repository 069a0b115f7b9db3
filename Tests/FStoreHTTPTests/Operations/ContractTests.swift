import FStoreIdentity
import FStoreCatalog
import FStoreTestSupport
import Foundation
import Testing

@Suite("The contract of document 000", .blocking)
struct ContractTests {
    @Test(arguments: FeatureDocumentFixtures.all)
    func `every request is answered as written`(fixture: ContractFixture) async throws {
        let server = try await TestServer()
        let create = #"{"name":"customer_count","owner":"growth","tags":["customer"]}"#
        let feature = try server.ask("POST", "/api/v1/features", body: create)
        let id = try #require(feature.object["id"] as? String)
        let value = #"{"entity_id":"c-7","value":1.5,"timestamp":"2024-03-01T08:00:00Z"}"#
        #expect(try server.ask("POST", "/api/v1/features/\(id)/values", body: value).status == 201)
        let source = #"{"type":"postgresql","name":"prices","config":{"host":"db","password":"hidden"}}"#
        #expect(try server.ask("POST", "/api/v1/sources", body: source).status == 201)

        let path = "/api/v1" + fixture.path.replacing("{feature_id}", with: id) + fixture.query
        let answer = try server.ask(fixture.method, path, body: fixture.body)
        try fixture.expect(answer)
        #expect(!answer.text.contains("not to be seen") && !answer.text.contains("hidden"))
    }

    @Test(.enabled(if: DocumentReader.text(ofDocument: "000") != nil))
    func `every request that the document shows has a fixture`() throws {
        let requests = DocumentReader(try #require(DocumentReader.text(ofDocument: "000"))).requests
        #expect(requests.count == 9)
        let coverage = ContractCoverage(fixtures: FeatureDocumentFixtures.all)
        for request in requests { coverage.expect(request) }
    }

    @Test func `the statuses of errors are those of the document`() async throws {
        let server = try await TestServer()
        let viewer = try await server.key(.viewer)
        let body = #"{"name":"a"}"#
        #expect(try server.ask("POST", "/api/v1/features", body: #"{"name":"#).status == 400)
        #expect(try server.ask("POST", "/api/v1/features", key: nil, body: body).status == 401)
        #expect(try server.ask("POST", "/api/v1/features", key: viewer, body: body).status == 403)
        #expect(try server.ask("GET", "/api/v1/features/none").status == 404)
        #expect(try server.ask("POST", "/api/v1/features", body: body).status == 201)
        #expect(try server.ask("POST", "/api/v1/features", body: body).status == 409)
        let wrong = try server.ask("POST", "/api/v1/features", body: #"{"name":7,"tags":["a",7]}"#)
        #expect(wrong.status == 422)
        let error = wrong.object["error"] as? [String: Any]
        let details = error?["details"] as? [String: Any]
        let fields = (details?["errors"] as? [[String: Any]])?.compactMap { $0["field"] as? String }
        #expect(fields == ["name", "tags[1]"])
    }
}
