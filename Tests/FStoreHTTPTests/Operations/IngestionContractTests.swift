import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("The contract of document 001", .blocking)
struct IngestionContractTests {
    @Test(arguments: IngestionDocumentFixtures.all)
    func `every request is answered as written`(fixture: ContractFixture) async throws {
        let server = try await IngestionServer()
        try server.write("r.csv", "id,timestamp,value\n1,2024-01-01T00:00:00Z,123.45\n")
        let rules =
            #"{"required_columns":["id","timestamp","value"],"#
            + #""data_types":{"id":"string","timestamp":"datetime","value":"float"}}"#
        let config = #"{"path":"r.csv","format":"csv","delimiter":",","encoding":"utf-8"}"#
        let source = try server.source("readings", config, more: #","validation":\#(rules)"#)
        _ = try server.source("other", #"{"path":"r.csv"}"#)
        _ = try await server.run()
        let export = try server.data("POST", "/api/v1/data/export", body: #"{"format":"csv"}"#)
        let exportID = try #require(export["export_id"] as? String)
        for _ in 0..<200 {
            let found = try server.data("GET", "/api/v1/data/export/\(exportID)")
            if found["status"] as? String != "processing" { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        let hook = #"{"url":"https://your-app.com/webhook","events":["ingestion.completed"]}"#
        let made = try server.server.ask("POST", "/api/v1/webhooks", body: hook)
        let webhook = try #require((made.object["data"] as? [String: Any])?["id"] as? String)
        func filled(_ text: String) -> String {
            text.replacing("{source_id}", with: source).replacing("{export_id}", with: exportID)
                .replacing("{webhook_id}", with: webhook)
        }
        let path = "/api/v1" + filled(fixture.path) + fixture.query
        let answer = try server.server.ask(fixture.method, path, body: fixture.body.map(filled))
        try fixture.expect(answer)
    }

    @Test(.enabled(if: DocumentReader.text(ofDocument: "001") != nil))
    func `every request that the document shows has a fixture`() throws {
        let requests = DocumentReader(try #require(DocumentReader.text(ofDocument: "001"))).requests
        #expect(requests.count >= 18)
        let coverage = ContractCoverage(fixtures: IngestionDocumentFixtures.all)
        for request in requests { coverage.expect(request) }
    }

    @Test func `rows of lists have the members of the document`() async throws {
        let server = try await IngestionServer()
        try server.write("r.csv", "id,timestamp,value\n1,2024-01-01T00:00:00Z,123.45\n")
        _ = try server.source("readings", #"{"path":"r.csv"}"#)
        _ = try await server.run()
        let sources = try server.data("GET", "/api/v1/sources")["sources"] as? [[String: Any]]
        let source: [String: ContractFixture.Kind] = [
            "id": .text, "name": .text, "type": .text, "enabled": .bool, "last_sync": .time, "status": .text,
        ]
        #expect(ContractFixture.problems(try #require(sources?.first), source) == [])
        let records = try server.data("POST", "/api/v1/data/query", body: "{}")["records"] as? [[String: Any]]
        let record: [String: ContractFixture.Kind] = [
            "id": .text, "source": .text, "timestamp": .time, "value": .number, "metadata": .object,
        ]
        #expect(ContractFixture.problems(try #require(records?.first), record) == [])
    }
}
