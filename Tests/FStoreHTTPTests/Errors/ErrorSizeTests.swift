import FStoreTestSupport
import Foundation
import Testing

@Suite("Answers to what is wrong", .blocking)
struct ErrorSizeTests {
    private static let long = String(repeating: "n", count: 100_000)
    /// One character for people, and 100 000 bytes: a cut after so many characters never came.
    private static let marked = "a" + String(repeating: "\u{301}", count: 50_000)

    /// A request and whether its body is JSON; `NAME` stands for a long text.
    private static let requests: [(String, String, String)] = [
        ("POST", "/api/v1/features", #"{"name":"f","NAME":1,"NAME":2}"#),
        ("POST", "/api/v1/features", #"{"name":"NAME"}"#),
        ("POST", "/api/v1/features", #"{"name":"f","NAME":1}"#),
        ("POST", "/api/v1/features", #"{"name":"g","value_type":"NAME"}"#),
        ("POST", "/api/v1/features", #"{"name":"g","ttl":"NAME"}"#),
        ("POST", "/api/v1/features/f/values", #"{"entity_id":"NAME","value":1}"#),
        ("POST", "/api/v1/features/f/values", #"{"entity_id":"e","value":"NAME"}"#),
        ("POST", "/api/v1/features/f/values", #"{"entity_id":"e","value":1,"timestamp":"NAME"}"#),
        ("POST", "/api/v1/features/f/values", #"{"entity_id":"e","value":1,"NAME":1}"#),
        ("POST", "/api/v1/features/f/values", #"{"values":[],"NAME":1}"#),
        ("POST", "/api/v1/online/read", #"{"features":["NAME"],"entities":["e"]}"#),
        ("POST", "/api/v1/online/read", #"{"features":["f"],"entities":["e"],"as_of":"NAME"}"#),
        ("POST", "/api/v1/online/write", #"{"rows":[{"entity_id":"e","values":{"NAME":1}}]}"#),
        ("POST", "/api/v1/online/write", #"{"rows":[{"entity_id":"e","values":{"f":"NAME"}}]}"#),
        ("POST", "/api/v1/sources", #"{"type":"NAME","name":"s"}"#),
        ("POST", "/api/v1/sources", #"{"type":"file","name":"s","config":{"NAME":1,"NAME":2}}"#),
        ("POST", "/api/v1/auth/keys", #"{"name":"k","role":"viewer","expires_at":"NAME"}"#),
    ]

    @Test func `repeat no more than 200 bytes of it`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        for (method, target, body) in Self.requests {
            for name in [Self.long, Self.marked] {
                let answer = try server.ask(method, target, body: body.replacing("NAME", with: name))
                #expect((400..<500).contains(answer.status), "\(body)")
                // What was sent may be repeated in `message`, `detail`, `error` and `details`.
                #expect(answer.body.count < 2500, "\(body): \(answer.body.count) bytes")
            }
        }
    }

    @Test func `repeat no more of a line or a target`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let lines =
            ["{\"entity_id\":\"e\",\"value\":1}"]
            + [Self.long, Self.marked]
            .flatMap { name in
                [
                    #"{"entity_id":"\#(name)","value":1}"#, #"{"entity_id":"e","value":"\#(name)"}"#,
                    #"{"entity_id":"e","value":1,"\#(name)":2}"#,
                    #"{"entity_id":"e","value":1,"timestamp":"\#(name)"}"#,
                    #"{"\#(name)":1,"\#(name)":2}"#,
                ]
            }
        let answer = try server.ask(
            "POST",
            "/api/v1/features/f/values",
            headers: [("Content-Type", "application/x-ndjson")],
            body: lines.joined(separator: "\n")
        )
        #expect(answer.status == 200)
        #expect(answer.object["failed"] as? Int == 10)
        #expect(answer.body.count < 8000, "\(answer.body.count)")
        let target = "/api/v1/features/" + String(repeating: "x", count: 10_000)
        #expect(try server.ask("GET", target).body.count < 1500)
        let query = "/api/v1/features?" + String(repeating: "x", count: 10_000)
        #expect(try server.ask("GET", query).body.count < 2500)
    }
}
