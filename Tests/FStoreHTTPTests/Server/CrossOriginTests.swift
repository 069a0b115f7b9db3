import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("Pages of other origins", .blocking)
struct CrossOriginTests {
    private static let page = "https://console.example.com"
    private static let asks = [
        ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization"),
    ]

    @Test func `may read nothing unless a setting names them`() async throws {
        let server = try await TestServer()
        let answer = try server.ask("GET", "/api/v1/features", headers: [("Origin", Self.page)])
        #expect(answer.status == 200)
        #expect(answer.headers.allSatisfy { !$0.name.hasPrefix("access-control") && $0.name != "vary" })
        let preflight = try server.ask(
            "OPTIONS",
            "/api/v1/features",
            key: nil,
            headers: [("Origin", Self.page)] + Self.asks
        )
        #expect(preflight.status == 405)
    }

    @Test func `are asked about without a key`() async throws {
        let server = try await TestServer { $0.crossOrigin = try? CrossOrigin("https://a.example, \(Self.page)") }
        let answer = try server.ask(
            "OPTIONS",
            "/api/v1/features/f/values",
            key: nil,
            headers: [("Origin", Self.page)] + Self.asks
        )
        #expect(answer.status == 204)
        #expect(answer.header("Access-Control-Allow-Origin") == Self.page)
        #expect(answer.header("Access-Control-Allow-Methods") == "GET, POST, DELETE, HEAD")
        #expect(answer.header("Access-Control-Allow-Headers")?.contains("Authorization") == true)
        #expect(answer.header("Access-Control-Max-Age") == "600")
        #expect(answer.header("Access-Control-Allow-Credentials") == nil)
        #expect(answer.header("Vary") == "Origin")
        // Another origin, another path, or no such question.
        let other = [("Origin", "https://console.example.com.evil.org")] + Self.asks
        let refused = try server.ask("OPTIONS", "/api/v1/features", key: nil, headers: other)
        #expect(refused.status == 405 && refused.header("Access-Control-Allow-Origin") == nil)
        let nowhere = try server.ask("OPTIONS", "/nowhere", key: nil, headers: [("Origin", Self.page)] + Self.asks)
        #expect(nowhere.status == 404 && nowhere.header("Access-Control-Allow-Origin") == Self.page)
        let plain = try server.ask("OPTIONS", "/api/v1/features", key: nil, headers: [("Origin", Self.page)])
        #expect(plain.status == 405)
    }

    /// Answers of both paths, errors and refusals of the gate among them.
    @Test(arguments: [page, "https://other.example", nil])
    func `get the same headers on both paths`(origin: String?) async throws {
        let server = try await TestServer { $0.crossOrigin = try? CrossOrigin(Self.page) }
        _ = try server.makeFeature("f", type: "float64")
        let requests = [
            ("GET", "/api/v1/features/f/values?entity_ids=a", nil),
            ("POST", "/api/v1/features/f/values", #"{"entity_id":"a","value":1}"#),
            ("POST", "/api/v1/online/read", #"{"features":["f"],"entities":["a"]}"#),
            ("POST", "/api/v1/online/read", #"{"features":["none"],"entities":["a"]}"#),
        ]
        let limited = try await server.key(.viewer, quota: .perMinute(1))
        let before = server.fastAnswers
        for (method, target, body) in requests {
            for key in [TestServer.operatorKey, limited, limited, "wrong"] {
                var found: [[String]] = []
                for isSlow in [false, true] {
                    let headers = [("Authorization", "Bearer \(key)")] + (origin.map { [("oRIGIN", $0)] } ?? [])
                    let answer = try await server.talk(slowly: isSlow) { socket in
                        try socket.request(method, target, headers: headers, body: body)
                    }
                    #expect(answer.header("Vary") == "Origin")
                    #expect(answer.header("Access-Control-Allow-Origin") == (origin == Self.page ? origin : nil))
                    #expect((answer.header("Access-Control-Expose-Headers") != nil) == (origin == Self.page))
                    found.append(answer.headers.map { "\($0.name)" })
                }
                if key != limited { #expect(found[0] == found[1], "\(method) \(target) \(key)") }
            }
        }
        #expect(server.fastAnswers > before)
    }

    @Test func `may all read where the setting says so`() async throws {
        let server = try await TestServer { $0.crossOrigin = try? CrossOrigin("*") }
        _ = try server.makeFeature("f", type: "float64")
        for target in ["/api/v1/features/f/values?entity_ids=a", "/api/v1/features"] {
            let answer = try server.ask("GET", target)
            #expect(answer.header("Access-Control-Allow-Origin") == "*")
            #expect(answer.header("Vary") == nil)
        }
    }

    @Test(arguments: [
        "", ",", "https://a/", "a.example", "https://a.example/path", "https://A.example", "ftp://a", "null",
        "https://a.example,*", "https://a.example:0", "https://user@a", "https://", "https://*.example.com",
    ])
    func `are named as browsers name them`(text: String) {
        #expect(throws: CrossOrigin.Problem.self) { try CrossOrigin(text) }
    }

    @Test(arguments: ["*", "http://localhost:3000", "https://a.example,http://[::1]:8000", " https://a-b.example "])
    func `are read from a setting`(text: String) throws {
        _ = try CrossOrigin(text)
    }
}
