import FStoreIdentity
import FStore
import FStoreCatalog
import FStoreSecurity
import FStoreServices
import FStoreTestSupport
import FStoreWire
import Foundation
import Testing

@testable import FStoreHTTP
@testable import FStoreTelemetry

/// What clients do that mean harm, or are broken, over real sockets.
@Suite("A server under attack", .serialized, .timeLimit(.minutes(5)))
struct FrontAttackTests {
    /// A key without a quota.
    private static let key = "fl_1_" + String(repeating: "attacker", count: 5)
    private static let credential = "Authorization: Bearer \(key)\r\n"
    private static let live = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    static let hot = "GET /api/v1/features/f/values?entity_ids=a HTTP/1.1\r\nHost: a\r\n\(credential)\r\n"

    static func post(_ path: String, _ body: String, _ headers: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\n\(credential)\(headers)Content-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let write = post("/api/v1/features/f/values", #"{"entity_id":"a","value":"v"}"#)

    /// What clients send, by name.
    private static let requests = [
        "nothing": "", "live": live, "hot": hot, "write": write, "half a head": String(live.dropLast(3)),
        "half a body": String(write.dropLast(3)), "one of each path": live + hot,
        "many writes": String(repeating: write, count: 50),
    ]

    static func bytes(_ name: String) throws -> String { try #require(requests[name]) }

    /// A server with a feature `f` whose value for `a` is known, and short limits.
    static func server(_ change: @escaping (inout WireLimits) -> Void = { _ in }) async throws -> TestServer {
        let server = try await TestServer { options in
            options.limits.wire.headSeconds = 1
            options.limits.wire.bodySeconds = 1
            options.limits.wire.idleSeconds = 3
            options.limits.wire.writeSeconds = 2
            change(&options.limits.wire)
        }
        try await server.store.define(FeatureDefinition(name: "f", type: .string))
        let key = NewAPIKey(code: try APIKeyCode(Self.key), name: "attacks", role: .developer, quota: .unlimited)
        _ = try await server.catalog.createKey(key, organization: 1, by: .server)
        try await server.services.keys.reload()
        let written = try await server.talk { socket in
            try socket.send(write)
            return try socket.response().status
        }
        #expect(written == 201)
        return server
    }

    /// Whether the server still answers as it should, with few connections open.
    private static func isWell(_ server: TestServer) async throws -> Bool {
        let answer = try await server.talk { socket in
            try socket.send(hot)
            return try socket.response()
        }
        return answer.status == 200 && answer.text.contains(#""value":"v""#)
    }

    // MARK: Slowness

    @Test func `a head that does not end is answered with 408`() async throws {
        let server = try await Self.server()
        let answer = try await server.talk { socket in
            for byte in Self.live.utf8.prefix(12) {
                try socket.send([byte])
                usleep(100_000)
            }
            let answer = try socket.response()
            return (answer.status, answer.header("Connection"), socket.isClosed())
        }
        #expect(answer == (408, "close", true))
    }

    @Test(arguments: ["/api/v1/features/f/values", "/api/v1/features"])
    func `a body that does not come ends the connection`(path: String) async throws {
        let server = try await Self.server()
        let isClosed = try await server.talk { socket in
            try socket.send(String(Self.post(path, #"{"entity_id":"a","value":"v"}"#).dropLast(3)))
            // One path is answered with 408 and the other has begun to read: both end.
            _ = try? socket.response()
            return socket.isClosed()
        }
        #expect(isClosed)
    }

    /// A byte now and then was progress enough: 4096 clients that sent one every 19 seconds were the whole server.
    @Test func `a body that trickles ends the connection, one that comes does not`() async throws {
        let server = try await Self.server { $0.bodyBytesPerSecond = 20 }
        let head = "Host: a\r\nAuthorization: Bearer \(Self.key)\r\nContent-Type: application/x-ndjson\r\n"
        let line = #"{"entity_id":"a","value":"v"}"# + "\n"
        func sends(_ text: String, every microseconds: UInt32, times: Int) async throws -> Int? {
            try await server.talk { socket in
                let length = text.utf8.count * times
                try socket.send("POST /api/v1/features/f/values HTTP/1.1\r\n\(head)Content-Length: \(length)\r\n\r\n")
                for _ in 0..<times {
                    try socket.send(text)
                    usleep(microseconds)
                }
                return try socket.response().status
            }
        }
        #expect(try await sends(line, every: 500_000, times: 8) == 201)
        await #expect(throws: (any Error).self) { try await sends("\n", every: 500_000, times: 12) }
    }

    @Test func `a connection without requests is closed, on both paths`() async throws {
        let server = try await Self.server { $0.idleSeconds = 1 }
        for request in ["", Self.live, Self.hot] {
            let isClosed = try await server.talk { socket in
                try socket.send(request)
                if !request.isEmpty { _ = try socket.response() }
                return socket.isClosed()
            }
            #expect(isClosed)
        }
    }

    /// Behind a request in chunks nothing was timed but idleness.
    @Test func `a slow head behind a request in chunks is answered with 408`() async throws {
        let server = try await Self.server()
        let statuses = try await server.talk { socket in
            try socket.send("GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            let first = try socket.response().status
            try socket.send("GET /livez HT")
            return [first, try socket.response().status]
        }
        #expect(statuses == [200, 408])
    }

    @Test(arguments: ["live", "hot"])
    func `a client that does not read is not read from, and is closed`(name: String) async throws {
        let request = try Self.bytes(name)
        let server = try await Self.server { $0.writeSeconds = 1 }
        let big = Self.post(
            "/api/v1/features/f/values",
            #"{"entity_id":"a","value":"\#(String(repeating: "v", count: 60_000))"}"#
        )
        let sent = try await server.talk(timeout: 2) { socket in
            if request == Self.hot {
                try socket.send(big)
                _ = try socket.response()
            }
            let burst = Array(String(repeating: request, count: 200).utf8)
            var sent = 0
            while sent < 200_000_000, (try? socket.send(burst)) != nil { sent += burst.count }
            return sent
        }
        // What the kernel keeps on both sides, and a quarter of a megabyte.
        #expect(sent < 40_000_000)
    }

    // MARK: Order and framing

    @Test func `requests of both paths in one segment are answered in order`() async throws {
        let server = try await Self.server()
        let chunked = "GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
        let requests = [Self.hot, Self.live, Self.write, Self.hot, chunked, Self.hot, Self.write, Self.live, Self.live]
        let statuses = try await server.talk { socket in
            try socket.send(requests.joined())
            return try requests.map { _ in try socket.response().status }
        }
        #expect(statuses == [200, 200, 201, 200, 200, 200, 201, 200, 200])
    }

    @Test func `requests are answered wherever they are cut`() async throws {
        let server = try await Self.server { $0.headSeconds = 30 }
        let text = Array((Self.hot + Self.live + Self.write).utf8)
        let isRight = try await server.talk { socket in
            for place in 0..<text.count {
                try socket.send(Array(text[..<place]))
                if place % 8 == 0 { usleep(1000) }
                try socket.send(Array(text[place...]))
                let statuses = try (0..<3).map { _ in try socket.response().status }
                if statuses != [200, 200, 201] { return false }
            }
            return true
        }
        #expect(isRight)
    }

    @Test(arguments: ["live", "hot", "write"])
    func `Connection: close and HTTP/1.0 end the connection behind the answer`(name: String) async throws {
        let request = try Self.bytes(name)
        let server = try await Self.server()
        for changed in [
            request.replacing("Host: a\r\n", with: "Host: a\r\nConnection: Close\r\n"),
            request.replacing("HTTP/1.1", with: "HTTP/1.0"),
        ] {
            let result = try await server.talk { socket in
                try socket.send(changed + Self.live)
                let answer = try socket.response()
                return (answer.status / 100, answer.header("Connection"), socket.isClosed())
            }
            #expect(result == (2, "close", true))
        }
    }

    @Test func `an offer of another protocol changes nothing`() async throws {
        let server = try await Self.server()
        let offer = Self.live.replacing("Host: a\r\n", with: "Host: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n")
        let statuses = try await server.talk { socket in
            try socket.send(offer + offer + Self.hot)
            return try (0..<3).map { _ in try socket.response().status }
        }
        #expect(statuses == [200, 200, 200])
    }

    @Test func `a client that waits for 100 gets it, and then its answer`() async throws {
        let server = try await Self.server()
        let parts = Self.post("/api/v1/features", #"{"name":"g"}"#, "Expect: 100-continue\r\n")
            .components(separatedBy: "\r\n\r\n")
        let statuses = try await server.talk { socket in
            try socket.send(parts[0] + "\r\n\r\n")
            let first = try socket.response().status
            try socket.send(parts[1])
            return [first, try socket.response().status]
        }
        #expect(statuses == [100, 201])
    }

    @Test(arguments: ["x\r\n", "3\r\nabcd", "fffffffffffffffff\r\n"])
    func `chunks that are none are answered with 400`(chunk: String) async throws {
        let server = try await Self.server()
        let head = Self.post("/api/v1/features", "").replacing("Content-Length: 0", with: "Transfer-Encoding: chunked")
        let result = try await server.talk { socket in
            try socket.send(head + chunk + Self.live)
            let answer = try socket.response()
            return (answer.status, !answer.body.isEmpty, socket.isClosed())
        }
        #expect(result == (400, true, true))
    }

    @Test func `a body that breaks off is answered with 400 when the client still reads`() async throws {
        let server = try await Self.server()
        let result = try await server.talk { socket in
            try socket.send(String(Self.post("/api/v1/features", #"{"name":"g"}"#).dropLast(2)))
            socket.finishSending()
            let answer = try socket.response()
            return (answer.status, socket.isClosed())
        }
        #expect(result == (400, true))
    }

    @Test(arguments: [20_000_000, 5_000_000_000])
    func `413 reaches a client that goes on sending`(size: Int) async throws {
        let server = try await Self.server()
        let head = Self.post("/api/v1/features/f/values", "")
            .replacing("Content-Length: 0", with: "Content-Length: \(size)")
        let status = try await server.talk { socket in
            try socket.send(head)
            let part = [UInt8](repeating: 0x20, count: 65_536)
            for _ in 0..<100 where (try? socket.send(part)) == nil { break }
            return try socket.response().status
        }
        #expect(status == 413)
    }

    // MARK: Leaving

    @Test func `clients that leave in the middle leave nothing behind`() async throws {
        let server = try await Self.server()
        let lines =
            "POST /api/v1/features/f/values HTTP/1.1\r\nHost: a\r\n\(Self.credential)Content-Type: application/x-ndjson\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n1f\r\n{\"entity_id\":\"b\",\"value\":\"w\"}\n\r\n"
        let cuts = [
            String(Self.live.dropLast(5)), String(Self.hot.dropLast(1)), String(Self.write.dropLast(3)), Self.write,
            String(Self.post("/api/v1/features", #"{"name":"g"}"#).dropLast(3)), lines,
            String(repeating: Self.hot, count: 100),
            String(repeating: Self.live, count: 100), String(repeating: Self.write, count: 100),
        ]
        let descriptors = try Self.openDescriptors()
        for round in 0..<40 {
            for cut in cuts {
                try await server.talk { socket in
                    try socket.send(cut)
                    if round % 2 == 0 { socket.reset() }
                }
            }
        }
        #expect(try await Self.isWell(server))
        try await Self.settles { try Self.openDescriptors() <= descriptors + 2 }
        try await Self.settles {
            try await server.talk { try $0.request("GET", "/metrics").text }.contains("fstore_http_connections 1\n")
        }
        let text = try await server.talk { try $0.request("GET", "/metrics").text }
        #expect(text.contains("fstore_http_requests_in_flight 1\n"))
        let failures = text.split(separator: "\n").filter { $0.contains(#"status="5"#) && !$0.hasSuffix(" 0") }
        #expect(failures.isEmpty, "\(failures)")
    }

    @Test func `thousands of connections come and go`() async throws {
        let server = try await Self.server()
        let descriptors = try Self.openDescriptors()
        let port = server.port
        try await server.talk { _ in
            for number in 0..<2000 {
                let socket = try HTTPSocket(port: port)
                if number % 3 > 0 { try socket.send(number % 3 == 1 ? Self.live : Self.hot) }
                if number % 3 > 0, number % 7 == 0 { _ = try? socket.response() }
            }
        }
        #expect(try await Self.isWell(server))
        try await Self.settles { try Self.openDescriptors() <= descriptors + 2 }
    }

    @Test(arguments: ["nothing", "half a head", "one of each path", "half a body", "many writes"])
    func `the server stops in time, whatever clients are doing`(name: String) async throws {
        let bytes = try Self.bytes(name)
        let server = try await Self.server { $0.idleSeconds = 60 }
        async let left: Void = server.talk(timeout: 15) { socket in
            try socket.send(bytes)
            socket.readToEnd()
        }
        try await Task.sleep(for: .milliseconds(50))
        let time = try await ContinuousClock().measure { try await server.stop() }
        #expect(time < .seconds(8))
        try await left
    }

    // MARK: Looking from outside

    /// Sockets and files that this process has open.
    private static func openDescriptors() throws -> Int {
        Int(try #require(ProcessReading.openDescriptors()))
    }

    private static func settles(_ isSettled: () async throws -> Bool) async throws {
        for _ in 0..<100 {
            if try await isSettled() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try await isSettled())
    }
}
