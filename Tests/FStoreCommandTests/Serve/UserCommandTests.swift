import FStore
import FStoreTestSupport
import Foundation
import Testing

@Suite("Users and organizations beside a running server")
struct UserCommandTests {
    @Test func `a role, a disabled user and a removed one count within two seconds`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let made = try store.run(
            "user",
            "create",
            "ann",
            "--role",
            "admin",
            "--email",
            "ann@example.com",
            "--full-name",
            "Ann Lee",
            "--json"
        )
        #expect(try made.object["email"]?.text == "ann@example.com" && made.object["full_name"]?.text == "Ann Lee")
        try store.run("user", "create", "bob", "--email", "ANN@example.com", status: 73)
        try store.run("user", "create", "bob", "--email", "bob", status: 64)
        let key = try store.run("key", "create", "--user", "ann", "--role", "admin").lines[0]
        #expect(try server.answers(200, "GET", "/api/v1/users", key: key))
        // Every command takes the number and the id where it takes the name.
        try store.run("key", "create", "--user", "2", "--role", "viewer")
        #expect(try store.run("user", "role", "ann", "viewer").output == "ann is viewer now\n")
        #expect(try server.answers(403, "GET", "/api/v1/users", key: key))
        try store.run("user", "disable", "ann@example.com", status: 1)
        try store.run("user", "disable", "ann")
        #expect(try server.answers(401, key: key))
        #expect(try store.run("user", "list").output.contains("disabled"))
        try store.run("user", "enable", "2")
        #expect(try server.answers(200, key: key))
        #expect(try store.run("user", "delete", "ann", status: 64).error.contains("--yes"))
        try store.run("user", "delete", try #require(made.object["public_id"]?.text), "--yes")
        #expect(try server.answers(401, key: key))
        #expect(try !store.run("user", "list").output.contains("ann"))
        #expect(try store.run("user", "delete", "operator", "--yes", status: 1).error.contains("the last admin"))
        let trail = try store.run("audit", "list", "--action", "user.").output
        for action in ["user.create", "user.role", "user.disable", "user.enable", "user.delete"] {
            #expect(trail.contains(action), "\(action)")
        }
        #expect(try server.stop() == 0)
    }

    @Test func `quotas count within two seconds, and a deleted organization goes in the background`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        try store.run("organization", "create", "acme")
        try store.run("user", "create", "ann", "--organization", "acme", "--role", "admin")
        let key = try store.run("key", "create", "--organization", "acme", "--user", "ann", "--role", "admin").lines[0]
        #expect(try server.answers(200, key: key))
        let definition = #"{"name":"f","value_type":"int64"}"#
        #expect(try server.request("POST", "/api/v1/features", key: key, body: definition).status == 201)
        let write = ("POST", "/api/v1/features/f/values", #"{"entity_id":"a","value":1}"#)
        #expect(try server.request(write.0, write.1, key: key, body: write.2).status == 201)

        try store.run("organization", "quota", "acme", status: 64)
        try store.run("organization", "quota", "acme", "--stored-bytes", "0", status: 64)
        let limited = try store.run(
            "organization",
            "quota",
            "acme",
            "--stored-bytes",
            "1",
            "--writes-per-second",
            "5",
            "--json"
        )
        #expect(try limited.object["max_writes_per_second"]?.text == "5")
        // Nothing is counted yet: the value that uses the byte up is let in by nobody.
        #expect(try server.answers(507, write.0, write.1, key: key, body: write.2))
        try store.run("organization", "tier", "acme", "unlimited")
        #expect(try server.answers(201, write.0, write.1, key: key, body: write.2))
        try store.run("organization", "tier", "acme", "standard")
        let freed = try store.run("organization", "quota", "acme", "--stored-bytes", "none", "--json").object
        #expect(freed["max_stored_bytes"] == .null && freed["max_writes_per_second"]?.text == "5")
        try store.run("organization", "disable", "default", status: 1)
        try store.run("organization", "disable", "acme")
        #expect(try server.answers(401, key: key))
        try store.run("organization", "enable", "acme")
        #expect(try server.answers(200, key: key))

        #expect(try store.run("organization", "delete", "acme", status: 64).error.contains("--yes"))
        try store.run("organization", "delete", "default", "--yes", status: 1)
        #expect(try store.run("organization", "delete", "acme", "--yes").output.contains("deleted-2"))
        #expect(try server.answers(401, key: key))
        let end = Date().addingTimeInterval(15)
        var state = ""
        while Date() < end, state != "deleted" {
            state = try store.run("organization", "show", "deleted-2", "--json").object["status"]?.text ?? ""
            usleep(200_000)
        }
        #expect(state == "deleted")
        #expect(try server.stop() == 0)
        #expect(try store.run("stat", "--json").object["features"]?.text == "0")
    }
}
