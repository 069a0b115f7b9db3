import FStoreIdentity
import FStore
import FStoreCatalog
import FStoreTestSupport
import Foundation
import Testing

/// Changed requests over a real socket, for so many seconds as `FSTORE_FUZZ_SECONDS` says.
@Suite("Bytes made at random")
struct RawFuzzTests {
    private static let credential = "Host: a\r\nAuthorization: Bearer \(TestServer.operatorKey)\r\n"
    private static let json = "Content-Type: application/json\r\n"

    private static func post(_ path: String, _ body: String) -> String {
        "POST \(path) HTTP/1.1\r\n\(credential)\(json)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\n\(credential)\r\n" }

    private static let seeds = [
        get("/api/v1/features/f/values?entity_ids=a,b%2Cc&as_of=now&known_at=2026-01-01T00:00:00Z"),
        get("/api/v1/features/f/values?entity_ids=a&start_time=2020-01-01&end_time=now&limit=3"),
        get("/api/v1/features?page=1&limit=10&tag=x&owner=y"), get("/health"), get("/metrics"),
        get("/api/openapi.json"),
        post("/api/v1/features", #"{"name":"n","value_type":"float64","ttl":"1d","retention":{"max_versions":3}}"#),
        post("/api/v1/features/f/values", #"{"entity_id":"b","value":1.5,"timestamp":"2026-01-01T00:00:00Z"}"#),
        post("/api/v1/features/f/values", #"{"values":[{"entity_id":"b","value":1},{"entity_id":"c","value":null}]}"#),
        post("/api/v1/online/read", #"{"features":["f"],"entities":["b"],"as_of":"now","timestamps":true}"#),
        post("/api/v1/online/write", #"{"rows":[{"entity_id":"b","values":{"f":2.5e3}}]}"#),
        "POST /api/v1/features/f/values HTTP/1.1\r\n\(credential)Content-Type: application/x-ndjson\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n1d\r\n{\"entity_id\":\"b\",\"value\":1}\n\r\n0\r\n\r\n",
        "DELETE /api/v1/features/f/values HTTP/1.1\r\n\(credential)\(json)Content-Length: 2\r\n\r\n{}",
        "OPTIONS * HTTP/1.0\r\nConnection: close\r\nExpect: 100-continue\r\nUpgrade: h2c\r\n\r\n",
    ]
    private static let pieces = [
        "\r\n", "\r\n\r\n", "\u{0}", "é", "%", "%C3", "%00", "&", ",", "\"", "\\u0000", "\\ud800", "{", "[", "]", "}",
        "1e999", "-0", "9223372036854775808", "null", "true", "Host: b\r\n", "Content-Length: 5\r\n", "now",
        "9999-12-31",
        "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Expect: 100-continue\r\n", "cursor=a&", "HTTP/1.0",
        "If-Match: \"1\"\r\n", "Accept: a/b\r\n", "Content-Encoding: gzip\r\n", "X-Request-ID: \u{7F}\r\n",
    ]

    private static func input(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            bytes += Array((seeds.randomElement(using: &generator) ?? "").utf8)
        }
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &generator)))
            case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
            default: bytes.insert(contentsOf: Array((pieces.randomElement(using: &generator) ?? "").utf8), at: place)
            }
            if bytes.isEmpty { return bytes }
        }
        return bytes
    }

    /// Sends one input after the other, each on a connection of its own that ends with it.
    ///
    /// - Returns: how many, and those that were answered with a fault of the server or not to their end.
    private static func attack(_ port: Int, seed: UInt64, seconds: Double) -> (count: Int, bad: [String]) {
        var generator = SeededGenerator(seed: seed)
        let end = Date().addingTimeInterval(seconds)
        var (count, bad) = (0, [String]())
        while Date() < end, bad.count < 3 {
            let bytes = input(&generator)
            count += 1
            var statuses: [Int] = []
            do {
                let socket = try HTTPSocket(port: port, timeout: 8)
                try? socket.send(bytes)
                socket.finishSending()
                do {
                    while true { statuses.append(try socket.response().status) }
                } catch HTTPSocket.Failure.incomplete("") {}
                if !statuses.contains(where: { $0 >= 500 }) { continue }
            } catch { statuses.append(0) }
            bad.append("\(statuses) \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        return (count, bad)
    }

    @Test func `bring neither a fault of the server nor silence`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["FSTORE_FUZZ_SECONDS"].flatMap(Double.init) ?? 8
        let seed = environment["FSTORE_FUZZ_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
        let server = try await TestServer()
        try await server.store.define(FeatureDefinition(name: "f", type: .float64))
        try await server.store.define(FeatureDefinition(name: "known", type: .string))
        let body = #"{"entity_id":"a","value":"v"}"#
        #expect(try await server.request("POST", "/api/v1/features/known/values", body: body).status == 201)
        let start = Date()
        let (count, bad) = try await server.talk { _ in Self.attack(server.port, seed: seed, seconds: seconds) }
        #expect(bad.isEmpty, "seed \(seed): \(bad)")
        // An input waits for nothing: each ends with its connection.
        #expect(Date().timeIntervalSince(start) < seconds + 10)
        print("bytes made at random: \(count) inputs, seed \(seed)")
        #expect(count > 50)
        #expect(try await server.request("GET", "/livez").status == 200)
        let key = try await server.key(.viewer)
        let known = try await server.request("GET", "/api/v1/features/known/values?entity_ids=a", key: key)
        #expect(known.text.contains(#""value":"v""#))
    }
}
