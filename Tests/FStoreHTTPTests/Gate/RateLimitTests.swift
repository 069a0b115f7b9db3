import FStoreIdentity
import FStoreCatalog
import FStoreTestSupport
import Foundation
import Testing

@Suite("Rate limits", .blocking)
struct RateLimitTests {
    private static func credential(_ key: String) -> [(String, String)] { [("Authorization", "Bearer \(key)")] }

    @Test func `the 101st write within a minute is refused`() async throws {
        let server = try await TestServer()
        let id = try server.makeFeature("a", type: "float64")
        let key = try await server.key(.developer, quota: .standard)
        let socket = try server.connect()
        let body = #"{"values":[{"entity_id":"a","value":1},{"entity_id":"b","value":2}]}"#
        // A little comes back while the test runs: one in 0.6 s, and the machine may be slow.
        let started = ContinuousClock.now
        func returned() -> Int { Int((ContinuousClock.now - started) / .milliseconds(600)) + 1 }
        var written = 0
        var last = try socket.request(
            "POST",
            "/api/v1/features/\(id)/values",
            headers: Self.credential(key),
            body: body
        )
        while last.status == 201, written < 1000 {
            written += 1
            #expect(last.header("X-RateLimit-Limit") == "100")
            let remaining = try #require(last.header("X-RateLimit-Remaining").flatMap { Int($0) })
            #expect((100 - written...100 - written + returned()).contains(remaining))
            last = try socket.request(
                "POST",
                "/api/v1/features/\(id)/values",
                headers: Self.credential(key),
                body: body
            )
        }
        #expect((100...100 + returned()).contains(written))
        #expect(last.status == 429)
        let wait = try #require(last.header("Retry-After").flatMap { Int($0) })
        #expect((1...60).contains(wait))
        #expect(last.header("X-RateLimit-Remaining") == "0")
        #expect((last.object["error"] as? [String: Any])?["code"] as? String == "RATE_LIMIT_EXCEEDED")
        // Reads have a limit of their own, and another key too.
        let read = try socket.request("GET", "/api/v1/features", headers: Self.credential(key))
        #expect(read.status == 200)
        #expect(read.header("X-RateLimit-Limit") == "1000")
    }

    @Test func `the 1001st read within a minute is refused`() async throws {
        let server = try await TestServer()
        let key = try await server.key(.viewer, quota: .standard)
        let socket = try server.connect()
        var statuses: [Int: Int] = [:]
        let started = ContinuousClock.now
        while statuses[429] == nil, statuses[200, default: 0] < 5000 {
            let answer = try socket.request("GET", "/api/v1/features", headers: Self.credential(key))
            statuses[answer.status, default: 0] += 1
        }
        let seconds = (ContinuousClock.now - started).components.seconds + 1
        #expect(statuses.keys.sorted() == [200, 429])
        #expect((1000...1000 + Int(seconds) * 17).contains(statuses[200] ?? 0))
        for path in ["/health", "/livez", "/readyz", "/metrics", "/api/v1/health", "/docs", "/openapi.json"] {
            let answer = try socket.request("GET", path, headers: Self.credential(key))
            #expect(answer.status == 200, "\(path)")
            #expect(answer.header("X-RateLimit-Limit") == nil, "\(path)")
        }
    }

    @Test func `reading by POST is a read, and a quota is the key's own`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("a", type: "float64")
        let body = #"{"features":["a"],"entities":["x"]}"#
        let small = try await server.key(.viewer, quota: .perMinute(3))
        let statuses = try (0..<4)
            .map { _ in try server.ask("POST", "/api/v1/online/read", key: small, body: body).status }
        #expect(statuses == [200, 200, 200, 429])
        let standard = try await server.key(.viewer, quota: .standard)
        let answer = try server.ask("POST", "/api/v1/online/read", key: standard, body: body)
        #expect(answer.header("X-RateLimit-Limit") == "1000")
        let policy = answer.header("RateLimit-Policy")
        #expect(policy == "\"read\";q=1000;w=60")
        let reset = try #require(answer.header("X-RateLimit-Reset").flatMap { Int($0) })
        #expect(abs(reset - Int(Date().timeIntervalSince1970)) < 62)
        let unlimited = try await server.key(.viewer, quota: .unlimited)
        let free = try server.ask("POST", "/api/v1/online/read", key: unlimited, body: body)
        #expect(!free.headers.contains { $0.name.contains("ratelimit") })
    }

    @Test func `a new key keeps to the limit it was made with`() async throws {
        let server = try await TestServer()
        let made = try server.ask(
            "POST",
            "/api/v1/auth/keys",
            body: #"{"name":"two a minute","role":"viewer","rate_limit":2}"#
        )
        #expect(made.status == 201)
        #expect(made.object["rate_limit"] as? Int == 2)
        let key = try #require(made.object["key"] as? String)
        let statuses = try (0..<3).map { _ in try server.ask("GET", "/api/v1/features", key: key).status }
        #expect(statuses == [200, 200, 429])
        let id = try #require(made.object["id"] as? String)
        #expect(try server.ask("DELETE", "/api/v1/auth/keys/\(id)").status == 204)
        #expect(try server.ask("GET", "/api/v1/features", key: key).status == 401)
    }
}
