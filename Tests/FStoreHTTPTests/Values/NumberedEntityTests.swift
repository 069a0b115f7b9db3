import FStoreTestSupport
import Foundation
import Testing

/// Databases number their rows. A file with `"entity_id":1001` loaded, and over HTTP the same line was 422.
@Suite("Entities that are named by numbers", .blocking)
struct NumberedEntityTests {
    private static let big = "123456789012345678901234567890"

    @Test func `are the digits as a text, in every body, on both paths`() async throws {
        let server = try await TestServer()
        let id = try server.makeFeature("f", type: "float64")
        let values = "/api/v1/features/\(id)/values"
        let writes: [(String, String)] = [
            (values, #"{"entity_id":1001,"value":1}"#),
            (values, #"{"entity_id": 1001 , "value":2}"#),
            (values, #"[{"entity_id":1002,"value":2},{"entity_id":-3,"value":3}]"#),
            (values, #"{"values":[{"entity_id":\#(Self.big),"value":4}]}"#),
            ("/api/v1/online/write", #"{"rows":[{"entity_id":1003,"values":{"f":5}}]}"#),
            (
                "/api/v1/online/write",
                #"{"rows":[{"values":{"f":6},"entity_id":1004}, {"entity_id":"1005","values":{"f":7}}]}"#
            ),
        ]
        for (target, body) in writes {
            for isSlow in [false, true] {
                let answer = try await Self.post(server, target, body, slowly: isSlow)
                #expect(answer.status == 201, "\(body): \(answer.text)")
            }
        }
        let line = try server.ask(
            "POST",
            values,
            headers: [("Content-Type", "application/x-ndjson")],
            body: #"{"entity_id":1006,"value":8}"#
        )
        #expect(line.status == 201)
        let names = "1001,1002,-3,\(Self.big),1003,1004,1005,1006"
        let read = try server.ask("GET", values + "?entity_ids=" + names)
        let items = try #require(read.object["items"] as? [[String: Any]])
        let found: [Double] = items.compactMap { $0["value"] as? Double }
        let expected: [Double] = [2, 2, 3, 4, 5, 6, 7, 8]
        #expect(found == expected)
        let question = #"{"features":["f"],"entities":[1001,"1002", -3]}"#
        for isSlow in [false, true] {
            for entities in [question, #"{"features":["f"],"entities":[1001]}"#] {
                let answer = try await Self.post(server, "/api/v1/online/read", entities, slowly: isSlow)
                #expect(answer.status == 200)
                let expected = entities == question ? ["1001", "1002", "-3"] : ["1001"]
                #expect(answer.object["entities"] as? [String] == expected)
                let statuses = try #require(answer.object["statuses"] as? [[String]])
                #expect(statuses.first == expected.map { _ in "PRESENT" })
            }
        }
    }

    @Test func `take the fast path`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let before = server.fastAnswers
        let bodies = [
            ("/api/v1/features/f/values", #"{"entity_id":7,"value":1}"#),
            ("/api/v1/online/write", #"{"rows":[{"entity_id":7,"values":{"f":5}}]}"#),
            ("/api/v1/online/read", #"{"features":["f"],"entities":[7,8]}"#),
        ]
        for (target, body) in bodies { #expect(try server.ask("POST", target, body: body).status < 300) }
        #expect(server.fastAnswers == before + 3)
    }

    @Test(arguments: ["1001.0", "1e3", "1E3", "-0.5", "true", "null", "[1]", "{}"])
    func `are whole numbers and nothing else`(name: String) async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let bodies = [
            ("/api/v1/features/f/values", #"{"entity_id":\#(name),"value":1}"#),
            ("/api/v1/features/f/values", #"[{"entity_id":\#(name),"value":1}]"#),
            ("/api/v1/online/write", #"{"rows":[{"entity_id":\#(name),"values":{"f":5}}]}"#),
            ("/api/v1/online/read", #"{"features":["f"],"entities":[\#(name)]}"#),
        ]
        for (target, body) in bodies {
            let answer = try server.ask("POST", target, body: body)
            #expect(answer.status == 422, "\(body)")
            #expect(answer.text.contains("whole number"), "\(body): \(answer.text)")
        }
        let line = try server.ask(
            "POST",
            "/api/v1/features/f/values",
            headers: [("Content-Type", "application/x-ndjson")],
            body: bodies[0].1
        )
        #expect(line.status == 422)
    }

    private static func post(
        _ server: TestServer,
        _ target: String,
        _ body: String,
        slowly: Bool
    ) async throws -> HTTPSocket.Response {
        try await server.talk(slowly: slowly) { socket in
            let credential = [("Authorization", "Bearer \(TestServer.operatorKey)")]
            return try socket.request("POST", target, headers: credential, body: body)
        }
    }
}
