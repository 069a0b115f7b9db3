import FStoreWire
import Glibc
import FStoreTestSupport
import Testing

@testable import FStoreHTTP

/// Clients that end their half of the connection and wait for the rest of the answers.
extension FrontAttackTests {
    @Test(arguments: ["live", "hot", "write"])
    func `a half-closed client gets all answers`(name: String) async throws {
        let request = try Self.bytes(name)
        let server = try await Self.server()
        let result = try await server.talk { socket in
            try socket.send(String(repeating: request, count: 50))
            socket.finishSending()
            var count = 0
            while let answer = try? socket.response(), answer.status / 100 == 2 { count += 1 }
            return (count, socket.isClosed())
        }
        #expect(result == (50, true))
    }

    @Test func `large answers reach a half-closed client that reads slowly`() async throws {
        let server = try await Self.server { $0.writeSeconds = 30 }
        let value = String(repeating: "v", count: 60_000)
        let count = try await server.talk { socket in
            try socket.send(Self.post("/api/v1/features/f/values", #"{"entity_id":"a","value":"\#(value)"}"#))
            _ = try socket.response()
            try socket.send(String(repeating: Self.hot, count: 300))
            socket.finishSending()
            sleep(1)
            var count = 0
            while let answer = try? socket.response(), answer.text.contains(value) { count += 1 }
            return count
        }
        #expect(count == 300)
    }

    /// What the system had no room for when the last request was answered was thrown away, in the middle of an answer:
    /// to close the output of a connection whose input has ended closes all of it. The front did so. hummingbird, which
    /// serves `slowly`, closes it behind a request that says `Connection: close`; no answer was seen to be lost there.
    @Test(arguments: [50, 90, 105, 120], [false, true])
    func `the last answers reach a half-closed client that can take little at a time`(
        requests: Int,
        slowly: Bool
    ) async throws {
        let server = try await Self.server { $0.writeSeconds = 30 }
        let value = String(repeating: "v", count: 60_000)
        let count = try await server.talk(slowly: slowly, receiveBytes: 4096) { socket in
            try socket.send(Self.post("/api/v1/features/f/values", #"{"entity_id":"a","value":"\#(value)"}"#))
            _ = try socket.response()
            let last = slowly ? Self.hot.replacing("Host: a\r\n", with: "Host: a\r\nConnection: close\r\n") : Self.hot
            try socket.send(String(repeating: Self.hot, count: requests - 1) + last)
            socket.finishSending()
            usleep(300_000)
            var count = 0
            while let answer = try? socket.response(), answer.text.contains(value) { count += 1 }
            return count
        }
        #expect(count == requests)
    }
}
