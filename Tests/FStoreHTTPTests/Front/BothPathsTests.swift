import FStoreIdentity
import FStore
import FStoreCatalog
import FStoreServices
import FStoreTelemetry
import FStoreTestSupport
import Foundation
import Testing

@Suite("The fast path")
struct BothPathsTests {
    /// What the clock has made: moments of the test's own year or later, and the `Date` header.
    private static func withoutClock(_ raw: [UInt8]) -> String {
        String(decoding: raw, as: UTF8.self)
            .replacing(/"20(2[6-9]|[3-9]\d)-[^"]*Z"/, with: "\"T\"")
            .replacing(/Date: [^\r]*/, with: "Date: D")
            .replacing(/Content-Length: \d+/, with: "Content-Length: N")
    }

    @Test(arguments: [UInt64(20_261_121), UInt64.random(in: 0...UInt64.max)])
    func `answers with the bytes of the slow path`(seed: UInt64) async throws {
        let server = try await TestServer()
        for (name, type) in RequestGenerator.features {
            try await server.store.define(FeatureDefinition(name: name, type: type))
        }
        let key = try await server.key(.developer)
        let count = 3000
        let differences = try await server.talk { fast in
            let slow = try HTTPSocket(port: server.slowPort)
            var generator = RequestGenerator(seed: seed, key: key)
            var differences: [String] = []
            for number in 0..<count {
                let request = generator.request(number)
                try fast.send(request.text)
                let quick = Self.withoutClock(try fast.response().raw)
                try slow.send(request.text)
                let other = Self.withoutClock(try slow.response().raw)
                if quick != other {
                    differences.append(
                        "\(String(decoding: request.text, as: UTF8.self))\n-- fast\n\(quick)\n-- slow\n\(other)"
                    )
                    if differences.count == 3 { break }
                }
            }
            return differences
        }
        #expect(differences.isEmpty, "seed \(seed): \(differences.joined(separator: "\n====\n"))")
        // A test of two slow paths would find no difference either.
        let answers = server.fastAnswers
        #expect(answers > count / 4, "seed \(seed): only \(answers) of \(count) took the fast path")
    }

    @Test func `counts each request once against the limit, on both paths`() async throws {
        let server = try await TestServer()
        try await server.store.define(FeatureDefinition(name: "f", type: .float64))
        for isSlow in [false, true] {
            let key = try await server.key(.viewer, quota: .perMinute(5))
            let statuses = try await server.talk(slowly: isSlow) { socket in
                try (0..<7)
                    .map { _ in
                        let answer = try socket.request(
                            "GET",
                            "/api/v1/features/f/values?entity_ids=a",
                            headers: [("Authorization", "Bearer \(key)")]
                        )
                        return
                            "\(answer.status) \(answer.header("X-RateLimit-Remaining") ?? "") \(answer.header("Retry-After") ?? "")"
                    }
            }
            #expect(statuses[..<5] == ["200 4 ", "200 3 ", "200 2 ", "200 1 ", "200 0 "])
            #expect(statuses[5...].allSatisfy { $0.hasPrefix("429 0 1") }, "\(statuses)")
        }
    }

    @Test func `keeps the order of answers, whichever path they take`() async throws {
        let server = try await TestServer()
        try await server.store.define(FeatureDefinition(name: "f", type: .float64))
        let key = try await server.key(.developer)
        let identities = try await server.talk { socket in
            var text = ""
            var expected: [String] = []
            for number in 0..<300 {
                expected.append("order-\(number)")
                let headers = "Host: h\r\nX-API-Key: \(key)\r\nX-Request-ID: order-\(number)\r\n"
                switch number % 4 {
                case 0: text += "GET /api/v1/features/f/values?entity_ids=a HTTP/1.1\r\n\(headers)\r\n"
                case 1:
                    let body = #"{"entity_id":"a","value":\#(number)}"#
                    text += "POST /api/v1/features/f/values HTTP/1.1\r\n\(headers)Content-Type: application/json\r\n"
                    text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                case 2: text += "GET /api/v1/features HTTP/1.1\r\n\(headers)\r\n"
                default: text += "GET /livez HTTP/1.1\r\n\(headers)\r\n"
                }
            }
            try socket.send(text)
            let received = try expected.map { _ in try socket.response().header("X-Request-ID") ?? "" }
            return (expected, received)
        }
        #expect(identities.0 == identities.1)
    }

    @Test func `understands requests that come byte by byte`() async throws {
        let server = try await TestServer()
        try await server.store.define(FeatureDefinition(name: "f", type: .float64))
        let key = try await server.key(.developer)
        let statuses = try await server.talk { socket in
            let body = #"{"entity_id":"a","value":7}"#
            let text =
                "POST /api/v1/features/f/values HTTP/1.1\r\nHost: h\r\nX-API-Key: \(key)\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                + "GET /api/v1/features/f HTTP/1.1\r\nHost: h\r\nX-API-Key: \(key)\r\n\r\n"
            for byte in text.utf8 { try socket.send([byte]) }
            return [try socket.response().status, try socket.response().status]
        }
        #expect(statuses == [201, 200])
    }

    @Test func `ends a key on open connections too`() async throws {
        let server = try await TestServer()
        try await server.store.define(FeatureDefinition(name: "f", type: .float64))
        let made = try await server.request("POST", "/api/v1/auth/keys", body: #"{"name":"k","role":"viewer"}"#)
        let key = try #require(made.object["key"] as? String)
        let id = try #require(made.object["id"] as? String)
        let statuses = try await server.talk { socket in
            let target = "/api/v1/features/f/values?entity_ids=a"
            let before = try socket.request("GET", target, headers: [("X-API-Key", key)]).status
            let admin = try HTTPSocket(port: server.port)
            let credential = [("X-API-Key", TestServer.operatorKey)]
            let revoked = try admin.request("DELETE", "/api/v1/auth/keys/\(id)", headers: credential).status
            return [before, revoked, try socket.request("GET", target, headers: [("X-API-Key", key)]).status]
        }
        #expect(statuses == [200, 204, 401])
    }
}
