import FStoreIdentity
import FStoreServices
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("Limits that operators set", .blocking)
struct RateLimitRouteTests {
    private static let path = "/api/v1/admin/rate-limits"

    /// The id of the key of which `text` is the text.
    private static func id(of text: String, _ server: TestServer) async throws -> String {
        let digest = try #require(server.services.gate.entry(for: text.utf8Span.span, at: 0)?.principal.credential)
        return digest.id
    }

    @Test func `the classes, all operations with a credential, and keys of another limit are shown`() async throws {
        let server = try await TestServer()
        _ = try await server.key(.viewer, quota: .perMinute(50))
        let shown = try server.ask("GET", Self.path).object
        let classes = try #require(shown["classes"] as? [String: [String: Any]])
        #expect(classes["read"]?["per_minute"] as? Int == 1000 && classes["write"]?["per_minute"] as? Int == 100)
        #expect(classes["sign_in"]?["per_minute"] as? Int == 10 && classes["sign_in"]?["per"] as? String == "address")
        let operations = try #require(shown["operations"] as? [String: [String: Any]])
        #expect(Set(operations.keys) == Set(server.operations.filter { $0.rule.access != .open }.map(\.id)))
        #expect(operations["createFeature"]?["class"] as? String == "write")
        #expect(operations["createFeature"]?["per_minute"] is NSNull)
        let keys = try #require(shown["keys"] as? [String: [String: Any]])
        #expect(keys.values.map { $0["per_minute"] as? Int } == [50] && shown["keys_total"] as? Int == 1)
    }

    @Test func `a limit of a hot operation counts on both paths, for each key, and goes again`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let set = #"{"operations":{"getFeatureValues":{"per_minute":2},"listSources":{"per_minute":"unlimited"}}}"#
        let answer = try server.ask("PUT", Self.path, body: set)
        let operations = try #require(answer.object["operations"] as? [String: [String: Any]])
        #expect(answer.status == 200 && operations["getFeatureValues"]?["per_minute"] as? Int == 2)
        #expect(operations["getFeatureValues"]?["is_set"] as? Bool == true)
        let target = "/api/v1/features/f/values?entity_ids=a"
        for isSlow in [false, true] {
            let key = try await server.key(.viewer, quota: .standard)
            let before = server.fastAnswers
            let answers = try (0..<3)
                .map { _ in
                    try HTTPSocket(port: isSlow ? server.slowPort : server.port)
                        .request("GET", target, headers: [("Authorization", "Bearer \(key)")])
                }
            #expect(server.fastAnswers == before + (isSlow ? 0 : 3))
            #expect(answers.map(\.status) == [200, 200, 429])
            #expect(answers[0].header("RateLimit-Policy") == "\"operation\";q=2;w=60")
            #expect(answers[2].header("X-RateLimit-Limit") == "2" && answers[2].header("Retry-After") != nil)
            #expect(answers[2].text.contains("the limit of this operation, 2 requests a minute"))
            // Other operations have the limit of their class.
            #expect(try server.ask("GET", "/api/v1/features", key: key).header("X-RateLimit-Limit") == "1000")
        }
        let key = try await server.key(.viewer, quota: .standard)
        #expect(try server.ask("PUT", Self.path, body: #"{"operations":{"getFeatureValues":null}}"#).status == 200)
        for _ in 0..<4 { #expect(try server.ask("GET", target, key: key).status == 200) }
    }

    @Test func `the limit of a key changes at once, on open connections too`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let key = try await server.key(.viewer, organization: "other", quota: .unlimited)
        let id = try await Self.id(of: key, server)
        let socket = try server.connect()
        let credential = [("Authorization", "Bearer \(key)")]
        func read() throws -> HTTPSocket.Response {
            try socket.request("GET", "/api/v1/features", headers: credential)
        }
        #expect(try read().header("X-RateLimit-Limit") == nil)
        #expect(try server.ask("PUT", Self.path, body: #"{"keys":{"\#(id)":{"per_minute":1}}}"#).status == 200)
        #expect(try [read().status, read().status] == [200, 429])
        #expect(
            try server.ask("PUT", Self.path, body: #"{"keys":{"\#(id)":{"per_minute":"unlimited"}}}"#).status == 200
        )
        #expect(try read().status == 200)
        #expect(try server.ask("PUT", Self.path, body: #"{"keys":{"\#(id)":null}}"#).status == 200)
        #expect(try read().header("X-RateLimit-Limit") == "1000")
    }

    @Test func `what is unknown is named, and nothing of the request counts`() async throws {
        let server = try await TestServer()
        for (body, status, named) in [
            (#"{"operations":{"nothing":{"per_minute":1}}}"#, 422, "operations.nothing"),
            (#"{"operations":{"health":{"per_minute":1}}}"#, 422, "operations.health"),
            (#"{"operations":{"listFeatures":{"per_minute":0}}}"#, 422, "operations.listFeatures.per_minute"),
            (#"{"operations":{"listFeatures":{}}}"#, 422, "operations.listFeatures.per_minute"),
            (#"{"operations":{"listFeatures":{"per_minute":1}},"keys":{"key_no":{"per_minute":1}}}"#, 404, "key_no"),
            (#"{"classes":{}}"#, 422, "classes"),
        ] {
            let answer = try server.ask("PUT", Self.path, body: body)
            #expect(answer.status == status && answer.text.contains(named), "\(body): \(answer.text)")
        }
        let operations = try server.ask("GET", Self.path).object["operations"] as? [String: [String: Any]]
        #expect(operations?["listFeatures"]?["is_set"] as? Bool == false)
    }

    /// What the routes of document 004 will say of themselves.
    @Test func `an operation can declare a limit of its own`() async throws {
        let server = try await TestServer(revise: { operations in
            operations.map { $0.id == "listFeatures" ? $0.limited(to: 2) : $0 }
        })
        let key = try await server.key(.viewer, quota: .standard)
        let statuses = try (0..<3).map { _ in try server.ask("GET", "/api/v1/features", key: key).status }
        #expect(statuses == [200, 200, 429])
        let free = try await server.key(.viewer, quota: .unlimited)
        for _ in 0..<3 { #expect(try server.ask("GET", "/api/v1/features", key: free).status == 200) }
        let raised = #"{"operations":{"listFeatures":{"per_minute":"unlimited"}}}"#
        #expect(try server.ask("PUT", Self.path, body: raised).status == 200)
        #expect(try server.ask("GET", "/api/v1/features", key: key).status == 200)
    }
}

extension FStoreHTTP.Operation {
    /// The same with a limit of its own: what a change of one line in the table is.
    fileprivate func limited(to ownLimit: Int) -> FStoreHTTP.Operation {
        FStoreHTTP.Operation(
            id,
            method,
            path.text,
            owner: owner,
            access: rule.access,
            rate: rule.rate,
            ownLimit: ownLimit,
            hot: hot,
            summary: summary,
            parameters: parameters,
            body: body,
            answers: answers,
            handler: handler
        )
    }
}
