import FStoreTestSupport
import Foundation
import Testing

@Suite("Many features at once", .blocking)
struct OnlineRouteTests {
    private static func made() async throws -> TestServer {
        let server = try await TestServer()
        _ = try server.makeFeature("number", type: "float64")
        _ = try server.makeFeature("word", type: "string")
        return server
    }

    @Test func `rows are written and read as columns`() async throws {
        let server = try await Self.made()
        let id = try #require(server.ask("GET", "/api/v1/features/word").object["id"] as? String)
        let rows = """
            {"rows":[{"entity_id":"a","timestamp":"2025-01-01T00:00:00Z","values":{"number":1.5,"\(id)":"one"}},\
            {"entity_id":"b","values":{"number":null}}]}
            """
        let written = try server.ask("POST", "/api/v1/online/write", body: rows)
        #expect(written.status == 201)
        #expect(written.object["rows"] as? Int == 2)
        #expect(written.object["written"] as? Int == 3)
        let read = try server.ask(
            "POST",
            "/api/v1/online/read",
            body: "{\"features\":[\"\(id)\",\"number\"],\"entities\":[\"b\",\"a\",\"b\",\"c\"]}"
        )
        #expect(read.object["features"] as? [String] == ["word", "number"])
        #expect(read.object["entities"] as? [String] == ["b", "a", "b", "c"])
        #expect(
            read.object["statuses"] as? [[String]] == [
                ["MISSING", "PRESENT", "MISSING", "MISSING"], ["NULL", "PRESENT", "NULL", "MISSING"],
            ]
        )
        #expect(read.text.contains(#""values":[[null,"one",null,null],[null,1.5,null,null]]"#), "\(read.text)")
        #expect(read.object["timestamps"] == nil)
        let earlier = try server.ask(
            "POST",
            "/api/v1/online/read",
            body: #"{"features":["number"],"entities":["a"],"as_of":"2024-12-31T00:00:00Z"}"#
        )
        #expect(earlier.object["statuses"] as? [[String]] == [["MISSING"]])
    }

    @Test func `a misspelled feature is answered with the one that was meant`() async throws {
        let server = try await Self.made()
        func message(_ method: String, _ path: String, _ body: String? = nil) throws -> String {
            let answer = try server.ask(method, path, body: body)
            #expect(answer.status == 404)
            return answer.object["message"] as? String ?? answer.text
        }
        let read = #"{"features":["nubmer","wrod"],"entities":["a"]}"#
        #expect(try message("POST", "/api/v1/online/read", read).contains(#"; did you mean "number"?"#))
        let write = #"{"rows":[{"entity_id":"a","values":{"wrod":1}}]}"#
        #expect(try message("POST", "/api/v1/online/write", write).contains(#"; did you mean "word"?"#))
        #expect(try message("GET", "/api/v1/features/Numbers").contains(#"; did you mean "number"?"#))
        #expect(try message("GET", "/api/v1/features/nmber/values?entity_ids=a").contains(#"did you mean "number"?"#))
        // What is far from all names, and what is no name, is no occasion to guess.
        #expect(try !message("GET", "/api/v1/features/temperature").contains("did you mean"))
        #expect(try !message("GET", "/api/v1/features/\(UUID())").contains("did you mean"))
    }

    @Test func `features that are not there are named`() async throws {
        let server = try await Self.made()
        let read = try server.ask(
            "POST",
            "/api/v1/online/read",
            body: #"{"features":["number","none","word","nor_this"],"entities":["a"]}"#
        )
        #expect(read.status == 404)
        #expect((read.object["details"] as? [String: Any])?["features"] as? [String] == ["none", "nor_this"])
        let write = try server.ask(
            "POST",
            "/api/v1/online/write",
            body: #"{"rows":[{"entity_id":"a","values":{"number":1}},{"entity_id":"a","values":{"none":1}}]}"#
        )
        #expect(write.status == 404)
        #expect((write.object["details"] as? [String: Any])?["features"] as? [String] == ["none"])
        let values = try server.ask("GET", "/api/v1/features/number/values?limit=1")
        #expect(values.object["total"] as? Int == 0)
    }

    @Test func `one wrong value keeps all of them out`() async throws {
        let server = try await Self.made()
        let rows = (0..<200)
            .map { #"{"entity_id":"e\#($0)","values":{"number":1,"word":\#($0 == 199 ? "1" : "\"a\"")}}"# }
        let answer = try server.ask(
            "POST",
            "/api/v1/online/write",
            body: "{\"rows\":[\(rows.joined(separator: ","))]}"
        )
        #expect(answer.status == 422)
        let errors = (answer.object["details"] as? [String: Any])?["errors"] as? [[String: Any]]
        #expect(errors?.count == 1)
        #expect(errors?.first?["field"] as? String == "rows[199].values.word")
        #expect(errors?.first?["index"] as? Int == 199)
        for name in ["number", "word"] {
            let values = try server.ask("GET", "/api/v1/features/\(name)/values?limit=1")
            #expect(values.object["total"] as? Int == 0)
        }
    }

    @Test func `as many answers as are allowed come at once`() async throws {
        let server = try await Self.made()
        let entities = (0..<10_000).map { "\"e\($0)\"" }.joined(separator: ",")
        let ten = Array(repeating: "\"number\"", count: 10).joined(separator: ",")
        let most = "{\"features\":[\(ten)],\"entities\":[\(entities)]}"
        let answer = try server.ask("POST", "/api/v1/online/read", body: most)
        #expect(answer.status == 200)
        #expect((answer.object["statuses"] as? [[String]])?.map(\.count) == Array(repeating: 10_000, count: 10))
        let more = "{\"features\":[\(ten),\"word\"],\"entities\":[\(entities)]}"
        #expect(try server.ask("POST", "/api/v1/online/read", body: more).status == 422)
        let tooMany = "{\"features\":[\"number\"],\"entities\":[\(entities),\"one\"]}"
        #expect(try server.ask("POST", "/api/v1/online/read", body: tooMany).status == 422)
    }
}
