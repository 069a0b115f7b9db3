import FStore
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

/// A viewer's ten kilobytes asked for four gigabytes: answers were limited in cells and not in bytes. The event loop
/// stood still for seconds, and above 4 GiB the process ended.
@Suite("The bytes of an answer", .blocking)
struct AnswerLimitTests {
    private static let limit = 4_194_304
    private static let size = 60_000

    private static func filled() async throws -> TestServer {
        let server = try await TestServer { $0.limits.maxAnswerBytes = limit }
        let text = try await server.store.define(FeatureDefinition(name: "text", type: .string)).handle
        let vector = try await server.store.define(FeatureDefinition(name: "vector", type: .vector(dimension: 4096)))
            .handle
        var batch = WriteBatch()
        let (history, first) = (EntityID("history"), EntityID("e0"))
        for number in 0..<120 {
            let time = Timestamp(nanoseconds: Int64(number))
            let value = FeatureValue.string(String(repeating: "v", count: size))
            try batch.put(value, of: text, for: try EntityID("e\(number)"), at: time)
            try batch.put(value, of: text, for: history, at: time)
        }
        try batch.put(.vector((0..<4096).map { Float($0) / 3 }), of: vector, for: first, at: Timestamp(nanoseconds: 0))
        _ = try await server.store.write(batch)
        return server
    }

    /// The same request on both paths: its answer, when both give the same bytes.
    private static func both(
        _ server: TestServer,
        _ method: String,
        _ target: String,
        _ body: String? = nil
    ) throws -> HTTPSocket.Response {
        let headers = [("X-API-Key", TestServer.operatorKey), ("X-Request-ID", "same")]
        let answers = try [server.port, server.slowPort]
            .map { try HTTPSocket(port: $0).request(method, target, headers: headers, body: body) }
        let texts = answers.map { $0.text.replacing(/"timestamp":"20[^"]*"/, with: "") }
        #expect(answers[0].status == answers[1].status && texts[0] == texts[1])
        return answers[0]
    }

    private static func names(_ name: String, _ count: Int) -> String {
        Array(repeating: name, count: count).joined(separator: ",")
    }

    @Test func `the same entity a thousand times is refused with the limit, and sixty times is answered`() async throws
    {
        let server = try await Self.filled()
        let target = "/api/v1/features/text/values?entity_ids="
        let refused = try Self.both(server, "GET", target + Self.names("e1", 1000))
        #expect(refused.status == 413)
        #expect(refused.text.contains("ANSWER_TOO_LARGE") && refused.text.contains("\(Self.limit)"))
        #expect(refused.header("connection") == nil)
        #expect(try Self.both(server, "GET", target + Self.names("e1", 60)).status == 200)
        // Small enough for the event loop, and too large for it: the same.
        #expect(try Self.both(server, "GET", target + "e1").status == 200)
        #expect(
            try Self.both(server, "GET", "/api/v1/features/vector/values?entity_ids=" + Self.names("e0", 9)).status
                == 200
        )
        #expect(
            try Self.both(server, "GET", "/api/v1/features/vector/values?entity_ids=" + Self.names("e0", 900)).status
                == 413
        )
    }

    @Test func `many features of many entities are refused with the limit`() async throws {
        let server = try await Self.filled()
        func read(_ features: Int, _ entities: Int) throws -> Int {
            let features = Array(repeating: #""vector""#, count: features).joined(separator: ",")
            let entities = Array(repeating: #""e0""#, count: entities).joined(separator: ",")
            let body = #"{"features":[\#(features)],"entities":[\#(entities)]}"#
            return try Self.both(server, "POST", "/api/v1/online/read", body).status
        }
        #expect(try read(1, 1) == 200)
        #expect(try read(10, 8) == 200)
        #expect(try read(10, 2000) == 413)
        // The next one on the same loop has the whole of its room again.
        #expect(try read(2, 1) == 200)
    }

    /// All values, page by page.
    private static func walk(_ server: TestServer, _ target: String) throws -> (values: Int, pages: Int) {
        var (count, pages, cursor) = (0, 0, "")
        while pages < 20 {
            let page = try both(server, "GET", target + cursor)
            #expect(page.status == 200 && page.body.count < limit)
            count += (page.object["items"] as? [Any])?.count ?? 0
            pages += 1
            guard let next = page.object["next_cursor"] as? String else { break }
            #expect(page.header("Link") == nil)
            cursor = "&cursor=\(next)"
        }
        return (count, pages)
    }

    @Test func `histories and walks end a page early, and lose nothing`() async throws {
        let server = try await Self.filled()
        let history = "/api/v1/features/text/values?entity_ids=history&start_time=1970-01-01T00:00:00Z"
        #expect(try Self.walk(server, history) == (120, 4))
        let all = "/api/v1/features/text/values?limit=1000"
        #expect(try Self.walk(server, all) == (121, 4))
        // Whoever asks for page 2 next would miss what page 1 has left out.
        for target in [history, all] {
            #expect(try Self.both(server, "GET", target + "&page=1").status == 413)
        }
        #expect(try Self.both(server, "GET", history + "&page=2&limit=20").status == 200)
    }

    @Test func `a list is refused with the limit`() async throws {
        let server = try await Self.filled()
        for number in 0..<300 {
            var definition = FeatureDefinition(name: "wide-\(number)", type: .int64)
            definition.source = String(repeating: "s", count: 16_000)
            try await server.store.define(definition)
        }
        #expect(try Self.both(server, "GET", "/api/v1/features?limit=1000").status == 413)
        #expect(try Self.both(server, "GET", "/api/v1/features?limit=100").status == 200)
    }
}
