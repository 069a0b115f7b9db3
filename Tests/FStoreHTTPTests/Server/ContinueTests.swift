import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

/// A client that sends `Expect: 100-continue` wants to know whether its body is welcome before it sends it. Each of them
/// was told to go on, and its body was read, before it was answered with 401, 404 or 413.
@Suite("A client that waits for 100 Continue", .blocking)
struct ContinueTests {
    private static func head(_ target: String, _ headers: String, length: Int = 5_000_000) -> String {
        "POST \(target) HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: \(length)\r\n\(headers)\r\n"
    }

    private static let json = "Content-Type: application/json\r\n"
    private static let known = "Authorization: Bearer \(TestServer.operatorKey)\r\n"

    @Test func `gets a refusal alone, and then the end`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let viewer = "Authorization: Bearer \(try await server.key(.viewer))\r\n"
        let values = "/api/v1/features/f/values"
        let cases: [(Int, String)] = [
            (401, Self.head(values, Self.json)),
            (401, Self.head(values, Self.json + "Authorization: Bearer wrong\r\n")),
            (403, Self.head(values, Self.json + viewer)),
            (404, Self.head("/api/v1/nothing", Self.json + Self.known)),
            (404, Self.head("/api/v1/features/none/values", Self.json + Self.known)),
            (404, Self.head("/api/v1/features/none/values", "Content-Type: application/x-ndjson\r\n" + Self.known)),
            (405, Self.head("/api/v1/sources/x", Self.json + Self.known)),
            (413, Self.head(values, Self.json + Self.known, length: 16_777_217)),
            (415, Self.head(values, "Content-Type: text/csv\r\n" + Self.known)),
        ]
        for (status, head) in cases {
            let socket = try server.connect()
            try socket.send(head)
            let answer = try socket.response()
            #expect(answer.status == status, "\(head)")
            #expect(answer.header("Connection") == "close", "\(head)")
            // What the client sends nevertheless is thrown away.
            try? socket.send(String(repeating: " ", count: 1000))
            #expect(socket.isClosed(), "\(head)")
        }
    }

    @Test func `is told to go on when its body is wanted, whole or as lines`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let body = #"{"entity_id":"a","value":1}"#
        for type in ["application/json", "application/x-ndjson"] {
            let socket = try server.connect()
            for _ in 0..<2 {
                let headers = "Content-Type: \(type)\r\n" + Self.known
                try socket.send(Self.head("/api/v1/features/f/values", headers, length: body.utf8.count))
                #expect(try socket.response().status == 100)
                try socket.send(body)
                #expect(try socket.response().status == 201)
            }
        }
    }
}
