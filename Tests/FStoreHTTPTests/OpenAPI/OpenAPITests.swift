import FStoreIdentity
import FStoreTestSupport
import Foundation
import HTTPTypes
import Testing

@testable import FStoreHTTP

@Suite("The OpenAPI document", .blocking)
struct OpenAPITests {
    @Test func `is the same at both addresses, with a version`() async throws {
        let server = try await TestServer()
        let document = try server.ask("GET", "/api/openapi.json", key: nil)
        #expect(document.status == 200)
        #expect(document.object["openapi"] as? String == "3.1.0")
        #expect(try server.ask("GET", "/openapi.json", key: nil).body == document.body)
        let tag = try #require(document.header("ETag"))
        let known = [("If-None-Match", tag)]
        let again = try server.ask("GET", "/openapi.json", key: nil, headers: known)
        #expect(again.status == 304)
        #expect(again.header("ETag") == tag)
    }

    @Test func `has every operation with all that can be answered`() async throws {
        let server = try await TestServer()
        let document = try server.ask("GET", "/api/openapi.json", key: nil).object
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        let operations = server.operations
        #expect(paths.values.map(\.count).reduce(0, +) == operations.count)
        #expect(Set(operations.map(\.id)).count == operations.count)
        for operation in operations {
            let method = operation.method.rawValue.lowercased()
            let object = try #require(paths[operation.path.text]?[method], "\(operation.id)")
            #expect(object["operationId"] as? String == operation.id)
            #expect(object["x-fstore-document"] as? String == operation.owner.rawValue)
            #expect(object["x-fstore-role"] as? String == operation.rule.access.name)
            let statuses = Set((object["responses"] as? [String: Any] ?? [:]).keys.compactMap { Int($0) })
            #expect(statuses.isSuperset(of: operation.answers.map(\.status)), "\(operation.id)")
            #expect(statuses.isSuperset(of: [400, 401, 405, 500, 503]), "\(operation.id)")
            #expect(statuses.isSuperset(of: operation.errors), "\(operation.id)")
            #expect(statuses.contains(429) == (operation.rule.rate != .exempt), "\(operation.id)")
            #expect(statuses.contains(415) == (operation.body != nil), "\(operation.id)")
            #expect((object["security"] as? [Any])?.isEmpty == (operation.rule.access == .open), "\(operation.id)")
            let parameters = object["parameters"] as? [[String: Any]] ?? []
            let names = parameters.filter { $0["in"] as? String == "path" }.compactMap { $0["name"] as? String }
            #expect(names == operation.path.parameterNames, "\(operation.id)")
        }
    }

    @Test func `points only at what is there`() async throws {
        let server = try await TestServer()
        let document = try server.ask("GET", "/api/openapi.json", key: nil).object
        var references: Set<String> = []
        Self.collect(document, &references)
        #expect(references.count > 20)
        for reference in references {
            var place: Any? = document
            for part in reference.dropFirst(2).split(separator: "/") {
                place = (place as? [String: Any])?[String(part)]
            }
            #expect(place is [String: Any], "\(reference)")
        }
    }

    @Test func `has examples that fit their schemas`() async throws {
        let server = try await TestServer()
        for operation in server.operations {
            guard let body = operation.body else { continue }
            let example = try JSONText.value(body.example)
            #expect(body.schema.problems(with: example).isEmpty, "\(operation.id)")
        }
    }

    private static func collect(_ value: Any, _ references: inout Set<String>) {
        if let object = value as? [String: Any] {
            if let reference = object["$ref"] as? String { references.insert(reference) }
            for inner in object.values { collect(inner, &references) }
        }
        for inner in value as? [Any] ?? [] { collect(inner, &references) }
    }
}
