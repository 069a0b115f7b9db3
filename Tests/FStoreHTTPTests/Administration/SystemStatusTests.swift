import FStore
import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("The status of the system", .blocking)
struct SystemStatusTests {
    private static let path = "/api/v1/admin/system/status"

    private static func part(_ name: String, _ object: [String: Any]) throws -> [String: Any] {
        try #require(object[name] as? [String: Any] ?? (object[name] as? [[String: Any]])?.first)
    }

    @Test func `its numbers are those of the process`() async throws {
        let server = try await TestServer()
        let object = try server.ask("GET", Self.path).object
        let service = try Self.part("services", object)
        #expect(service["name"] as? String == "api" && service["status"] as? String == "running")
        let bytes = try #require(service["memory_usage_bytes"] as? Int)
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        #expect((pages * 4096 / 4...pages * 4096 * 4).contains(bytes))
        #expect(service["memory_usage"] as? String == "\((bytes + 524_288) / 1_048_576)MB")
        #expect((service["cpu_usage"] as? String)?.wholeMatch(of: #/\d+%/#) != nil)
        #expect((service["cpu_usage_percent"] as? Double).map { (0...10_000).contains($0) } == true)
        let database = try Self.part("database", object)
        #expect(database["status"] as? String == "connected" && database["reason"] is NSNull)
        let latency = try #require(database["latency_ms"] as? Double)
        #expect(latency > 0 && latency < 10_000)
        let uptime = try #require(service["uptime"] as? Int)
        var later = uptime
        for _ in 0..<500 where later == uptime {
            try await Task.sleep(for: .milliseconds(20))
            later = try Self.part("services", server.ask("GET", Self.path).object)["uptime"] as? Int ?? uptime
        }
        #expect(later > uptime)
    }

    @Test func `the hit rate rises with reads that repeat`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let key = try await server.key(.viewer)
        func cache() throws -> [String: Any] { try Self.part("cache", server.ask("GET", Self.path).object) }
        let before = try cache()
        let socket = try server.connect()
        let many = #"{"features":["f"],"entities":["a"]}"#
        let headers = [("Authorization", "Bearer \(key)")]
        for _ in 0..<50 {
            let target = "/api/v1/features/f/values?entity_ids=a"
            #expect(try socket.request("GET", target, headers: headers).status == 200)
            #expect(try socket.request("POST", "/api/v1/online/read", headers: headers, body: many).status == 200)
        }
        let after = try cache()
        #expect(after["status"] as? String == "connected")
        let hits = try #require(after["hits"] as? Int) - (try #require(before["hits"] as? Int))
        let lookups = try #require(after["lookups"] as? Int) - (try #require(before["lookups"] as? Int))
        // Each request looks for its credential, and for its feature or its list of features.
        #expect(lookups >= 200 && hits >= 190 && hits < lookups)
        let rate = try #require(after["hit_rate"] as? Double)
        #expect(rate > 0.9 && rate < 1)
        #expect(rate == Double(after["hits"] as? Int ?? 0) / Double(after["lookups"] as? Int ?? 1))
    }

    @Test func `it says when values cannot be read`() async throws {
        let server = try await TestServer()
        server.store.close()
        let object = try server.ask("GET", Self.path).object
        let database = try Self.part("database", object)
        #expect(database["status"] as? String == "disconnected" && database["values_latency_ms"] is NSNull)
        #expect((database["reason"] as? String)?.hasPrefix("the values cannot be read") == true)
        #expect(try Self.part("services", object)["status"] as? String == "failing")
    }

    @Test func `it says maintenance`() async throws {
        let server = try await TestServer()
        #expect(try server.ask("POST", "/api/v1/admin/maintenance", body: #"{"enabled":true}"#).status == 200)
        let service = try Self.part("services", try server.ask("GET", Self.path).object)
        #expect(service["status"] as? String == "maintenance")
    }

    // MARK: Document 003

    /// The block of code behind the heading of document 003 that is the `number`th of this language.
    private static func block(_ heading: String, _ language: String) throws -> String {
        let document = try #require(DocumentReader.text(ofDocument: "003"))
        let part = try #require(document.components(separatedBy: "#### \(heading)\n").dropFirst().first)
        let block = try #require(part.components(separatedBy: "```\(language)\n").dropFirst().first)
        return try #require(block.components(separatedBy: "\n```").first)
    }

    @Test(.enabled(if: DocumentReader.text(ofDocument: "003") != nil))
    func `the status has all that the document shows, of the same kinds`() async throws {
        let server = try await TestServer()
        let example = try JSONSerialization.jsonObject(with: Data(Self.block("Get System Status", "json").utf8))
        let request = try Self.block("Get System Status", "http").components(separatedBy: "\n")[0].split(separator: " ")
        let answer = try server.ask(String(request[0]), String(request[1]))
        #expect(answer.status == 200)
        #expect(Self.differences(example, answer.object, at: "") == [])
        let developer = try await server.key(.developer)
        #expect(try server.ask("GET", Self.path, key: developer).object["error"] as? String == "AUTH_003")
        #expect(try server.ask("GET", Self.path, key: nil).object["error"] as? String == "AUTH_001")
    }

    @Test(.enabled(if: DocumentReader.text(ofDocument: "003") != nil))
    func `maintenance is set as the document writes it`() async throws {
        let server = try await TestServer()
        let block = try Self.block("Trigger Maintenance Mode", "http")
        let request = block.components(separatedBy: "\n")[0].split(separator: " ")
        let body = try #require(block.components(separatedBy: "\n\n").dropFirst().first)
        let answer = try server.ask(String(request[0]), String(request[1]), body: body)
        #expect(answer.status == 200)
        let example = try JSONSerialization.jsonObject(with: Data(body.utf8))
        #expect(Self.differences(example, answer.object, at: "") == [])
        #expect(answer.object["message"] as? String == "System maintenance in progress")
    }

    /// What of `example` is not in `given`, or of another kind there.
    private static func differences(_ example: Any, _ given: Any, at place: String) -> [String] {
        switch (example, given) {
        case (let example as [String: Any], let given as [String: Any]):
            example.flatMap { name, value in
                given[name].map { differences(value, $0, at: "\(place).\(name)") } ?? ["\(place).\(name) is missing"]
            }
        case (let example as [Any], let given as [Any]):
            given.isEmpty ? ["\(place) is empty"] : differences(example[0], given[0], at: "\(place)[0]")
        case (is String, is String), (is NSNumber, is NSNumber): []
        default: ["\(place) is \(given)"]
        }
    }
}
