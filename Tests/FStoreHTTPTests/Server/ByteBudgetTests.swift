import FStore
import FStoreTelemetry
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

/// Bodies of 4 MiB that were held open by a byte now and then, and answers that nobody read, had gigabytes for hours.
@Suite("Bytes that are held for clients", .blocking)
struct ByteBudgetTests {
    private static func server(_ bytes: Int) async throws -> TestServer {
        let server = try await TestServer { options in
            options.limits.inFlightBytes = bytes
            options.limits.inFlightBytesPerOrganization = bytes
        }
        try await server.store.define(FeatureDefinition(name: "f", type: .string))
        return server
    }

    private static func post(_ count: Int) -> String {
        """
        POST /api/v1/features/f/values HTTP/1.1\r\nHost: h\r\nX-API-Key: \(TestServer.operatorKey)\r\n\
        Content-Type: application/json\r\nContent-Length: \(count)\r\n\r\n
        """
    }

    /// A whole request whose body is large and not what the feature takes: 422 says that it was read.
    private static func large(_ server: TestServer, _ count: Int) throws -> Int {
        let socket = try server.connect()
        try socket.send(post(count) + "[\"" + String(repeating: "x", count: count - 4) + "\"]")
        return try socket.response().status
    }

    private static func held(_ server: TestServer) throws -> Int {
        let text = String(decoding: server.registry.render(.prometheus), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("fstore_http_held_bytes ") })
        return try #require(Int(line.split(separator: " ").last ?? ""))
    }

    private static func waits(_ condition: () throws -> Bool) throws -> Bool {
        for _ in 0..<100 {
            if try condition() { return true }
            usleep(50_000)
        }
        return false
    }

    @Test func `bodies that do not come on make room for one that does`() async throws {
        let server = try await Self.server(1_000_000)
        let slow = try (0..<3)
            .map { number in
                let socket = try server.connect()
                try socket.send(Self.post(4_000_000) + String(repeating: "x", count: 250_000 + number * 50_000))
                return socket
            }
        #expect(try Self.waits { try Self.held(server) == 900_000 })
        usleep(1_100_000)
        #expect(try Self.large(server, 400_000) == 422)
        let gone = try slow[0].response()
        #expect(gone.status == 503 && gone.header("Retry-After") == "1" && slow[0].isClosed())
        #expect(gone.text.contains("slowest"))
        // The others have the rest of their time.
        #expect(try Self.waits { try Self.held(server) == 350_000 || Self.held(server) == 650_000 })
        for socket in slow { socket.reset() }
    }

    @Test func `what is held is given back, however a request ends`() async throws {
        let server = try await Self.server(10_000_000)
        #expect(try Self.large(server, 300_000) == 422)
        let socket = try server.connect()
        try socket.send(Self.post(1_000_000) + String(repeating: "x", count: 500_000))
        #expect(try Self.waits { try Self.held(server) == 500_000 })
        socket.finishSending()
        #expect(try Self.waits { try Self.held(server) == 0 })
        let lines = (0..<5000).map { #"{"entity_id":"e\#($0)","value":"v"}"# }.joined(separator: "\n")
        let path = "/api/v1/features/f/values"
        let loaded = try server.ask("POST", path, headers: [("Content-Type", "application/x-ndjson")], body: lines)
        #expect(loaded.status == 201)
        let target = path + "?limit=1000"
        for _ in 0..<3 { #expect(try server.ask("GET", target).body.count > ByteBudget.freeBytes) }
        #expect(try Self.waits { try Self.held(server) == 0 })
    }

    /// Requests of 300 bytes, each for 60 000, and not one byte of the answers is read: for hot ones and for others.
    @Test(arguments: ["?entity_ids=a", "?entity_ids=a,a,a,a,a,a,a,a"])
    func `answers that nobody reads count, and go when others need the room`(query: String) async throws {
        let server = try await Self.server(2_000_000)
        let value = String(repeating: "v", count: 60_000)
        #expect(
            try server.ask("POST", "/api/v1/features/f/values", body: #"{"entity_id":"a","value":"\#(value)"}"#).status
                == 201
        )
        let reader = try HTTPSocket(port: server.port, receiveBytes: 4096)
        let get =
            "GET /api/v1/features/f/values\(query) HTTP/1.1\r\nHost: h\r\nX-API-Key: \(TestServer.operatorKey)\r\n\r\n"
        try reader.send(String(repeating: get, count: 200))
        #expect(try Self.waits { try Self.held(server) > 0 })
        usleep(1_300_000)
        // How much that is depends on what the system takes, and so on what it remembers of the address.
        let held = try Self.held(server)
        #expect(held < 1_500_000)
        // Of all that is held it is the slowest.
        #expect(try Self.large(server, 2_000_000 - held / 2) == 422)
        var answers = 0
        while (try? reader.response()) != nil { answers += 1 }
        #expect(answers < 200)
        #expect(try Self.waits { try Self.held(server) == 0 })
    }

    @Test func `an answer that there is no room for is refused`() async throws {
        let server = try await Self.server(1_000_000)
        var batch = WriteBatch()
        let feature = try #require(try server.store.feature(named: "f"))
        let value = FeatureValue.string(String(repeating: "v", count: 60_000))
        try batch.put(value, of: feature.handle, for: EntityID("a"), at: Timestamp(nanoseconds: 0))
        _ = try await server.store.write(batch)
        let target = "/api/v1/features/f/values?entity_ids="
        #expect(try server.ask("GET", target + Array(repeating: "a", count: 20).joined(separator: ",")).status == 503)
        #expect(try server.ask("GET", target + Array(repeating: "a", count: 10).joined(separator: ",")).status == 200)
    }
}
