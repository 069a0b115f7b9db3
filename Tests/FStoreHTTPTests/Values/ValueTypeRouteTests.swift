import FStoreTestSupport
import Foundation
import Testing

@Suite("Value types over HTTP", .blocking)
struct ValueTypeRouteTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let type: String
        /// Values as they are sent, and as they come back when that is another text.
        let taken: [(String, String)]
        let refused: [String]
        var testDescription: String { type }
    }

    private static func same(_ texts: String...) -> [(String, String)] { texts.map { ($0, $0) } }

    static let cases = [
        Case(
            type: "float64",
            taken: same("1.5", "-0.25", "0.1", "1e+300", "null") + [
                ("7", "7.0"), ("9007199254740992", "9007199254740992.0"),
            ],
            refused: ["\"1\"", "true", "9007199254740993", "1e400", "[1]"]
        ),
        Case(
            type: "int64",
            taken: same("0", "-1", "9223372036854775807", "-9223372036854775808", "9007199254740993", "null"),
            refused: ["9223372036854775808", "-9223372036854775809", "1.5", "\"1\"", "true"]
        ),
        Case(type: "bool", taken: same("true", "false", "null"), refused: ["0", "\"true\"", "[]"]),
        Case(
            type: "string",
            taken: same("\"\"", "\"é😀\"", "\"a\\nb\\\"c\\\\\"", "null") + [("\"\\u0041\"", "\"A\"")],
            refused: ["1", "true", "{}"]
        ),
        Case(
            type: "bytes",
            taken: same("\"\"", "\"AA==\"", "\"/+8=\"", "\"aGVsbG8=\"", "null"),
            refused: ["\"AA\"", "\"AA=\"", "\"AB==\"", "\"*\"", "1", "\"_-8=\""]
        ),
        Case(
            type: "timestamp",
            taken: same("\"2025-02-20T16:02:34Z\"", "\"2025-02-20T16:02:34.123456789Z\"", "\"1677-09-21T00:12:44Z\"")
                + [("\"2025-02-20T18:02:34.500+02:00\"", "\"2025-02-20T16:02:34.500Z\"")],
            refused: ["\"2025-13-01T00:00:00Z\"", "\"soon\"", "true", "\"3000-01-01T00:00:00Z\""]
        ),
        Case(
            type: "vector(3)",
            taken: same("[1.0,2.5,-3.0]", "null") + [("[0,1e2,-0.5]", "[0.0,100.0,-0.5]")],
            refused: ["[1,2]", "[1,2,3,4]", "[1,\"2\",3]", "[1e39,0,0]", "1"]
        ),
        Case(
            type: "json",
            taken: same("{\"a\":[1,2,{\"b\":null}]}", "[]", "\"text\"", "12.50", "false"),
            refused: []
        ),
    ]

    @Test(arguments: cases)
    func `go in and come out as they were`(test: Case) async throws {
        let server = try await TestServer()
        let id = try server.makeFeature("f", type: test.type)
        let path = "/api/v1/features/\(id)/values"
        for (index, (sent, expected)) in test.taken.enumerated() {
            let body = "{\"entity_id\":\"e\(index)\",\"value\":\(sent)}"
            let written = try server.ask("POST", path, body: body)
            #expect(written.status == 201, "\(sent): \(written.text)")
            #expect(written.text.contains("\"value\":\(expected),"), "\(written.text)")
            let read = try server.ask("GET", path + "?entity_ids=e\(index)")
            #expect(read.text.contains("\"value\":\(expected),"), "\(read.text)")
            #expect(read.text.contains("\"status\":\"NULL\"") == (sent == "null" && test.type != "json"))
            let online = try server.ask(
                "POST",
                "/api/v1/online/read",
                body: "{\"features\":[\"f\"],\"entities\":[\"e\(index)\"]}"
            )
            #expect(online.text.contains("\"values\":[[\(expected)]]"), "\(online.text)")
        }
        for value in test.refused {
            let body = "{\"entity_id\":\"refused\",\"value\":\(value)}"
            let answer = try server.ask("POST", path, body: body)
            #expect(answer.status == 422, "\(value): \(answer.status) \(answer.text)")
            let lines = [("Content-Type", "application/x-ndjson")]
            #expect(try server.ask("POST", path, headers: lines, body: body + "\n").status == 422, "\(value)")
        }
        #expect(try server.ask("GET", path + "?entity_ids=refused").object["total"] as? Int == 0)
    }

    @Test func `the first value decides what a feature holds`() async throws {
        let server = try await TestServer()
        let id = try server.makeFeature("f")
        let path = "/api/v1/features/\(id)"
        #expect(try server.ask("GET", path).object["value_type"] is NSNull)
        #expect(try server.ask("POST", path + "/values", body: #"{"entity_id":"a","value":7}"#).status == 201)
        #expect(try server.ask("GET", path).object["value_type"] as? String == "float64")
        #expect(try server.ask("POST", path + "/values", body: #"{"entity_id":"a","value":"x"}"#).status == 422)
    }
}
