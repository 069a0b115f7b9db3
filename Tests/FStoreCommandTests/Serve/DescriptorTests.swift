import FStoreTestSupport
import Foundation
import Glibc
import Testing

@testable import FStoreCommand

/// With more clients than descriptors, accepting them took a whole processor, and nothing said so.
@Suite("Descriptors of the server")
struct DescriptorTests {
    private static func descriptors(of process: pid_t) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }

    /// Seconds of a processor that a process has used.
    private static func processorSeconds(of process: pid_t) throws -> Double {
        let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = try #require(stat.split(separator: ")").last).split(separator: " ")
        return try (#require(Double(fields[11])) + #require(Double(fields[12]))) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The soft and the hard limit of a process.
    private static func limits(of process: pid_t) throws -> (soft: Int, hard: Int) {
        let text = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
        let match = try #require(text.firstMatch(of: /Max open files +(\d+) +(\d+)/))
        return (try #require(Int(match.1)), try #require(Int(match.2)))
    }

    /// Takes descriptors away from a process that runs.
    private static func lower(_ process: pid_t, to count: Int) throws {
        let words = ["--pid", "\(process)", "--nofile=\(count):"]
        let change = try ChildProcess(URL(fileURLWithPath: "/usr/bin/prlimit"), words)
        #expect(change.wait() == 0)
    }

    @Test func `the limit is raised as far as the system allows`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let limits = try Self.limits(of: server.process.processIdentifier)
        #expect(limits.soft == limits.hard)
    }

    @Test func `connections fit the descriptors, and the log says when they are fewer`() throws {
        #expect(DescriptorLimit.connections(of: 1024, threads: 4) == 1024 - 64 - 24)
        #expect(DescriptorLimit.connections(of: 10, threads: 4) == 4)
        let store = try TemporaryStore()
        let server = try ServerRun(store, ["--connections", "1000000", "--threads", "1"])
        let limits = try Self.limits(of: server.process.processIdentifier)
        if limits.hard < 1_000_000 { #expect(server.log.contains("fewer connections than the settings say")) }
    }

    /// The last descriptors went to clients. The event loop then asked for the next client without end, and the runtime
    /// ended the process when it got none for a timer.
    @Test func `clients do not get the last descriptors, are told so, and cost nothing`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store, ["--threads", "1"])
        let process = server.process.processIdentifier
        // Opens what is opened for the first request only.
        #expect(try server.request("GET", "/livez", key: nil).status == 200)
        try Self.lower(process, to: try Self.descriptors(of: process) + 22)
        var sockets: [HTTPSocket] = []
        var refused = 0
        let before = try Self.processorSeconds(of: process)
        for _ in 0..<12 {
            let socket = try server.connect()
            sockets.append(socket)
            if let answer = try? socket.request("GET", "/livez"), answer.status == 503 {
                refused += 1
                #expect(answer.text.contains("no room"))
            }
        }
        sleep(2)
        #expect(refused > 0)
        #expect(try Self.processorSeconds(of: process) - before < 0.7)
        #expect(server.log.contains("few descriptors are left"))
        sockets = []
        for _ in 0..<100 where (try? server.request("GET", "/livez", key: nil).status) != 200 { usleep(50_000) }
        #expect(try server.request("GET", "/livez", key: nil).status == 200)
        #expect(try server.stop() == 0)
    }
}
