import FStore
import FStoreTestSupport
import Foundation
import Testing

@Suite("Maintenance by the command line")
struct ServedMaintenanceTests {
    private static let body = #"{"name":"f","value_type":"int64"}"#

    private static func writes(_ server: ServerRun, _ key: String, _ status: Int) throws -> Bool {
        let write = #"{"entity_id":"a","value":1}"#
        return try server.answers(status, "POST", "/api/v1/features/none/values", key: key, body: write)
    }

    @Test func `it counts beside a running server within two seconds, and outlasts a restart`() throws {
        let store = try TemporaryStore()
        var server = try ServerRun(store)
        let first = try #require(server.key)
        let made = try server.request(
            "POST",
            "/api/v1/auth/keys",
            key: first,
            body: #"{"name":"k","role":"developer","rate_limit":"unlimited"}"#
        )
        let key = try #require(made.object["key"] as? String)
        #expect(try Self.writes(server, key, 404))
        #expect(try store.run("maintenance", "on", "--message", "new disks").output.hasSuffix(": new disks\n"))
        #expect(try Self.writes(server, key, 503))
        #expect(try server.request("POST", "/api/v1/features", key: first, body: Self.body).status == 201)
        #expect(try server.stop() == 0)
        server = try ServerRun(store)
        let write = try server.request(
            "POST",
            "/api/v1/features/f/values",
            key: key,
            body: #"{"entity_id":"a","value":1}"#
        )
        #expect(write.status == 503 && write.text.contains("new disks"))
        #expect(try server.request("GET", "/health", key: nil).object["status"] as? String == "maintenance")
        #expect(try store.run("maintenance", "status", "--json").object["message"]?.text == "new disks")
        #expect(try store.run("maintenance", "off").output == "not in maintenance\n")
        #expect(try Self.writes(server, key, 404))
        #expect(try server.stop() == 0)
    }

    @Test func `a message of a wrong form is refused`() throws {
        let store = try TemporaryStore()
        #expect(try store.run("maintenance", "status", status: 66).error.contains("there is no catalog"))
        #expect(try ServerRun(store).stop() == 0)
        try store.run("maintenance", "on", "--message", "", status: 64)
        try store.run("maintenance", "on", "--message", "a\u{1}b", status: 64)
        try store.run("maintenance", "on", "--message", String(repeating: "x", count: 513), status: 64)
        #expect(try store.run("maintenance", "status").output == "not in maintenance\n")
    }
}
