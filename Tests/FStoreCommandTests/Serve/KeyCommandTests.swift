import FStore
import FStoreTestSupport
import Foundation
import Testing

@Suite("Keys, users and organizations by the command line")
struct KeyCommandTests {
    @Test func `a key made beside a running server works within two seconds, and ceases to when revoked`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let made = try store.run("key", "create", "--role", "viewer", "--name", "dash", "--json").object
        let (id, key) = (try #require(made["id"]?.text), try #require(made["key"]?.text))
        #expect(try server.answers(200, key: key))
        let body = #"{"name":"f","value_type":"int64"}"#
        #expect(try server.request("POST", "/api/v1/features", key: key, body: body).status == 403)
        let listed = try store.run("key", "list").output
        #expect(listed.contains(id) && listed.contains("dash") && !listed.contains(key))
        try store.run("key", "revoke", id)
        #expect(try server.answers(401, key: key))
        #expect(try store.run("key", "list").output.contains("revoked"))
        #expect(try server.stop() == 0)
    }

    @Test func `a key that is rotated works beside its successor`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let made = try store.run("key", "create", "--role", "viewer", "--name", "dash", "--json").object
        let (id, old) = (try #require(made["id"]?.text), try #require(made["key"]?.text))
        let rotated = try store.run("key", "rotate", id, "--json").object
        let new = try #require(rotated["key"]?.text)
        #expect(rotated["replaces"]?.text == id && rotated["name"]?.text == "dash" && new != old)
        #expect(try server.answers(200, key: new))
        #expect(try server.answers(200, key: old))
        #expect(try store.run("key", "rotate", id, status: 1).error.contains("has a successor"))
        try store.run("key", "rotate", "key_nothing", status: 1)
        #expect(try server.stop() == 0)
    }

    @Test func `a key that expires ceases to work`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let key = try store.run("key", "create", "--expires", "3s").lines[0]
        #expect(try server.answers(200, key: key))
        #expect(try server.answers(401, key: key))
        #expect(try server.stop() == 0)
    }

    @Test func `organizations see nothing of each other`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let first = try #require(server.key)
        let body = #"{"name":"f","value_type":"int64"}"#
        #expect(try server.request("POST", "/api/v1/features", key: first, body: body).status == 201)
        try store.run("organization", "create", "acme")
        try store.run("organization", "create", "acme", status: 73)
        try store.run("user", "create", "ann", "--organization", "acme", "--role", "admin")
        #expect(try store.run("user", "list", "--organization", "acme").output.contains("ann"))
        #expect(try store.run("organization", "list", "--json").objects.count == 2)
        let key = try store.run("key", "create", "--organization", "acme", "--user", "ann", "--role", "admin").lines[0]
        #expect(try server.answers(200, key: key))
        #expect(try server.request("GET", "/api/v1/features/f", key: key).status == 404)
        #expect(try server.stop() == 0)
    }

    @Test func `what cannot be is refused with a sentence`() throws {
        let store = try TemporaryStore()
        #expect(try store.run("key", "list", status: 66).error.contains("there is no catalog in \(store.data)"))
        #expect(!FileManager.default.fileExists(atPath: store.data))
        #expect(try ServerRun(store).stop() == 0)
        #expect(
            try store.run("key", "create", "--organization", "x", status: 1).error
                .contains("the only organization is default")
        )
        #expect(try store.run("key", "create", "--user", "x", status: 1).error.contains("the only user is operator"))
        try store.run("key", "create", "--role", "king", status: 64)
        try store.run("key", "create", "--expires", "2001-01-01", status: 64)
        try store.run("key", "create", "--rate-limit", "0", status: 64)
        try store.run("key", "revoke", "key_nothing", status: 1)
        try store.run("user", "create", "dev")
        #expect(
            try store.run("key", "create", "--user", "dev", "--role", "admin", status: 65).error
                .contains("dev has the role developer")
        )
    }
}
