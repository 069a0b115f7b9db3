import FStoreCatalog
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

    /// The document listed operations by the number of the document that defines them, which says nothing to who looks
    /// for one.
    @Test func `lists operations by what people want to do`() async throws {
        let server = try await TestServer()
        let document = try server.ask("GET", "/api/openapi.json", key: nil).object
        let tags = (document["tags"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        #expect(tags == OperationGroup.allCases.map(\.title))
        for operation in server.operations {
            let isAPI = ["/api/v1/", "/api/v2/", "/api/users"].contains { operation.path.text.hasPrefix($0) }
            let isDocumentation = operation.group == .documentation
            if operation.group != .health { #expect(isAPI != isDocumentation, "\(operation.id)") }
        }
    }

    /// What the pages fill in for who tries an operation out.
    @Test func `has examples that work as they stand`() async throws {
        let server = try await TestServer()
        let document = try server.ask("GET", "/api/openapi.json", key: nil).object
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        // What makes something comes first, and what takes it away last, the later made first.
        let order = server.operations.filter { $0.method == .post } + server.operations.filter { $0.method != .post }
        let kept = order.filter { $0.method != .delete } + order.filter { $0.method == .delete }.reversed()
        let user = NewUser(username: "ann", role: .developer)
        var made = ["user_id": try await server.catalog.createUser(user, organization: 1, by: .server).publicID]
        // They need a session or a delivery; the tests of those send them.
        let withSession: Set = ["refreshToken", "logout", "endSession", "replayDelivery"]
        for operation in kept where operation.id != "documentationAsset" && !withSession.contains(operation.id) {
            let method = operation.method.rawValue
            let object = try #require(paths[operation.path.text]?[method.lowercased()])
            let target = try Self.target(operation.path.text, object, made)
            let content = (object["requestBody"] as? [String: Any])?["content"] as? [String: [String: Any]] ?? [:]
            // An Arrow stream is not text.
            for (type, media) in content.isEmpty ? ["": [:]] : content where !type.hasSuffix("arrow.stream") {
                let answer = try server.ask(
                    method,
                    target,
                    headers: type.isEmpty ? [] : [("Content-Type", type)],
                    body: try Self.text(media["example"])
                )
                #expect((200..<300).contains(answer.status), "\(operation.id) \(type): \(answer.text.prefix(300))")
                let makers = [
                    ("source_id", "createSource"), ("key_id", "createKey"), ("organization_id", "createOrganization"),
                    ("team_id", "createTeam"),
                ]
                for (name, maker) in makers where operation.id == maker {
                    made[name] = answer.object["id"].map { "\($0)" }
                }
                if operation.id == "createWebhook" {
                    made["webhook_id"] = (answer.object["data"] as? [String: Any])?["id"].map { "\($0)" }
                }
                for (name, member) in [("job_id", "job_id"), ("export_id", "export_id")] {
                    if let id = (answer.object["data"] as? [String: Any])?[member] { made[name] = "\(id)" }
                }
            }
        }
    }

    /// The path with its parameters' examples, and the query with those it must have or shows. Ids that the server
    /// makes are those of the examples before.
    private static func target(_ path: String, _ operation: [String: Any], _ made: [String: String]) throws -> String {
        var path = path
        var query: [String] = []
        for parameter in operation["parameters"] as? [[String: Any]] ?? [] {
            let name = try #require(parameter["name"] as? String)
            let example = (parameter["example"] as? [String])?.joined(separator: ",") ?? parameter["example"] as? String
            if parameter["in"] as? String == "path" {
                path = path.replacing("{\(name)}", with: try #require(example ?? made[name], "\(path): \(name)"))
            } else if let example {
                query.append("\(name)=\(example)")
            } else {
                #expect(parameter["required"] as? Bool != true, "\(path): \(name)")
            }
        }
        return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
    }

    private static func text(_ example: Any?) throws -> String? {
        if let text = example as? String { return text }
        guard let example else { return nil }
        return String(decoding: try JSONSerialization.data(withJSONObject: example), as: UTF8.self)
    }

    private static func collect(_ value: Any, _ references: inout Set<String>) {
        if let object = value as? [String: Any] {
            if let reference = object["$ref"] as? String { references.insert(reference) }
            for inner in object.values { collect(inner, &references) }
        }
        for inner in value as? [Any] ?? [] { collect(inner, &references) }
    }
}
