import FStoreTestSupport
import FStoreWire
import Foundation
import Testing

@testable import FStoreHTTP
@testable import FStoreTelemetry

/// Clients that want all connections for themselves, and clients that take their time.
extension FrontAttackTests {
    private static func crowded(_ limits: (total: Int, perAddress: Int)) async throws -> TestServer {
        try await TestServer { options in
            options.limits.connections = limits.total
            options.limits.connectionsPerAddress = limits.perAddress
            options.limits.wire.idleSeconds = 600
        }
    }

    private static func metric(_ name: String, of server: TestServer) throws -> Int {
        let text = String(decoding: server.registry.render(.prometheus), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name) ") })
        return try #require(Int(line.split(separator: " ").last ?? ""))
    }

    /// 4096 clients without a key, each with an empty line now and then, were the whole server: nobody else got in, and
    /// nothing said so.
    @Test func `idle connections without a key make room for a client that has one`() async throws {
        let server = try await Self.crowded((6, 6))
        let port = server.port
        let (status, closed) = try await server.talk { keyed in
            let credential = [("X-API-Key", TestServer.operatorKey)]
            _ = try keyed.request("GET", "/api/v1/features", headers: credential)
            let crowd = try (0..<5).map { _ in try HTTPSocket(port: port) }
            for socket in crowd { try socket.send("\r\n") }
            sleep(2)
            let late = try HTTPSocket(port: port)
            let status = try late.request("GET", "/api/v1/features", headers: credential).status
            // The one with a key was idle as long, and is still there.
            let kept = try keyed.request("GET", "/api/v1/features", headers: credential).status
            return ([status, kept], crowd.count)
        }
        #expect(status == [200, 200] && closed == 5)
        #expect(try Self.metric("fstore_http_dropped_connections_total", of: server) >= 1)
    }

    @Test func `an address has its share of the connections and no more, and is told so`() async throws {
        let server = try await Self.crowded((100, 3))
        let port = server.port
        let (answers, again) = try await server.talk { first in
            let others = try (0..<2).map { _ in try HTTPSocket(port: port) }
            for socket in [first] + others { _ = try socket.request("GET", "/livez") }
            // Without a word of the client, and beside a request that is on its way.
            let silent = try HTTPSocket(port: port)
            let asking = try HTTPSocket(port: port)
            try asking.send(Self.hot)
            let answers = [try silent.response(), try asking.response()]
            let areClosed = silent.isClosed() && asking.isClosed()
            others[0].reset()
            _ = try others[1].request("GET", "/livez")
            return (answers.map(\.status) + [areClosed ? 1 : 0], answers[0].text)
        }
        #expect(answers == [503, 503, 1])
        #expect(again.contains("3 connections"))
        #expect(try Self.metric("fstore_http_refused_connections_total", of: server) == 2)
        // Whose connections are closed has room again.
        for _ in 0..<100 {
            if try await server.request("GET", "/livez").status == 200 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the address did not get its places back")
    }

    /// The system takes megabytes of an answer at once, and asks for more when a third of them is gone: a client that read
    /// 10 kB a second seemed to have stopped, and was cut off in the middle.
    @Test func `a client that reads slowly, and does not stop, gets everything`() async throws {
        let server = try await Self.server { $0.writeSeconds = 2 }
        let value = String(repeating: "v", count: 60_000)
        let requests = 120
        let count = try await server.talk(timeout: 30, receiveBytes: 4096) { socket in
            try socket.send(Self.post("/api/v1/features/f/values", #"{"entity_id":"a","value":"\#(value)"}"#))
            _ = try socket.response()
            try socket.send(String(repeating: Self.hot, count: requests))
            // So much slower than the system asks for more that only what the client has taken shows that it reads.
            for _ in 0..<40 {
                socket.readSome(4096)
                usleep(200_000)
            }
            var count = 0
            while count < requests, let answer = try? socket.response(), answer.text.contains(value) { count += 1 }
            return count
        }
        #expect(count == requests)
    }

    @Test(arguments: ["//api/v1/features", "/api//v1/features", "/api/v1/features//", "//livez", "/livez//", "//"])
    func `a path with an empty part is none of the server's`(path: String) async throws {
        let server = try await TestServer()
        #expect(try await server.request("GET", path).status == 404)
        #expect(try await server.request("GET", "/livez/").status == 200)
    }
}
