import FStore
import FStoreTestSupport
import Foundation
import Glibc
import Testing

@Suite("A server stops")
struct StopTests {
    private static func feature(_ server: ServerRun, _ key: String) throws {
        let made = try server.request(
            "POST",
            "/api/v1/features",
            key: key,
            body: #"{"name":"f","value_type":"int64"}"#
        )
        #expect(made.status == 201, "\(made.text)")
    }

    /// A line of a chunked body.
    private static func chunk(_ line: String) -> String {
        String(line.utf8.count, radix: 16) + "\r\n" + line + "\r\n"
    }

    private static func beginUpload(_ server: ServerRun, _ key: String) throws -> HTTPSocket {
        let socket = try server.connect()
        try socket.send(
            """
            POST /api/v1/features/f/values HTTP/1.1\r
            Host: localhost\r
            Authorization: Bearer \(key)\r
            Content-Type: application/x-ndjson\r
            Transfer-Encoding: chunked\r
            \r

            """
        )
        try socket.send(chunk(#"{"entity_id":"a","value":1}"# + "\n"))
        // The head has arrived when the server counts the request as one that is under way.
        for _ in 0..<500 {
            let text = try server.request("GET", "/metrics", key: nil).text
            if text.contains("fstore_http_requests_in_flight 2") { return socket }
            usleep(10_000)
        }
        Issue.record("the upload did not begin")
        return socket
    }

    @Test func `an upload that is under way is finished first`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let key = try #require(server.key)
        try Self.feature(server, key)
        let socket = try Self.beginUpload(server, key)
        server.signal(SIGTERM)
        usleep(300_000)
        #expect(server.process.isRunning)
        #expect(throws: HTTPSocket.Failure.self) { try server.connect().request("GET", "/livez") }
        try socket.send(Self.chunk(#"{"entity_id":"b","value":2}"# + "\n") + "0\r\n\r\n")
        let answer = try socket.response()
        #expect(answer.status == 201, "\(answer.text)")
        #expect(try server.status() == 0)
        #expect(server.log.contains("stopped"))
        for (entity, value) in [("a", "1"), ("b", "2")] {
            let read = try store.run("get", "f", entity, "--json").object["value"]
            #expect(read == .number(value))
        }
    }

    @Test func `an upload that does not end is cut, and nothing acknowledged is lost`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store, ["--drain-seconds", "1"])
        let key = try #require(server.key)
        try Self.feature(server, key)
        let body = #"{"entity_id":"kept","value":7}"#
        #expect(try server.request("POST", "/api/v1/features/f/values", key: key, body: body).status == 201)
        let socket = try Self.beginUpload(server, key)
        let start = Date()
        server.signal(SIGTERM)
        #expect(try server.status(within: 15) == 0)
        #expect(Date().timeIntervalSince(start) < 10)
        withExtendedLifetime(socket) {}
        #expect(try store.run("get", "f", "kept", "--json").object["value"] == .number("7"))
        try store.run("verify")
    }

    @Test func `a second signal ends it at once`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let key = try #require(server.key)
        try Self.feature(server, key)
        let socket = try Self.beginUpload(server, key)
        server.signal(SIGTERM)
        usleep(300_000)
        #expect(server.process.isRunning)
        server.signal(SIGINT)
        #expect(try server.status(within: 5) == 128 + SIGINT)
        withExtendedLifetime(socket) {}
        try store.run("verify")
    }

    @Test func `systemd hears when it is ready and when it stops`() throws {
        let store = try TemporaryStore()
        // A path of a socket is short.
        let path = "/tmp/fstore-\(UUID().uuidString.prefix(8)).sock"
        defer { _ = unsafe unlink(path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        func told() -> String {
            var bytes = [UInt8](repeating: 0, count: 100)
            let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
        let server = try ServerRun(store, environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"])
        var words: [String] = []
        while words.filter({ $0 == "WATCHDOG=1" }).count < 3, words.last != "" { words.append(told()) }
        #expect(words.contains("READY=1"))
        #expect(words.filter { $0 == "WATCHDOG=1" }.count == 3)
        server.signal(SIGTERM)
        var last = told()
        while last == "WATCHDOG=1" { last = told() }
        #expect(last == "STOPPING=1")
        #expect(try server.status() == 0)
    }
}
