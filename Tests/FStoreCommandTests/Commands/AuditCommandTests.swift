import FStore
import FStoreTestSupport
import Foundation
import Testing

@Suite("The audit trail by the command line")
struct AuditCommandTests {
    private static func actions(_ store: TemporaryStore, _ arguments: [String] = []) throws -> [String] {
        let run = try store.start(["audit", "list", "--json"] + arguments)
        let text = String(decoding: run.1.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(run.0.wait() == 0)
        return try text.split(separator: "\n").map { try JSONValue($0.utf8)["action"]?.text ?? "" }
    }

    @Test func `what the server and the commands change is told in one trail, beside the running server`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let key = try #require(server.key)
        #expect(try server.request("POST", "/api/v1/features", key: key, body: #"{"name":"f"}"#).status == 201)
        try store.run("organization", "create", "acme")
        try store.run("organization", "create", "acme", status: 73)
        try store.run("user", "create", "ann", "--organization", "acme", "--role", "admin")
        let made = try store.run("key", "create", "--organization", "acme", "--user", "ann", "--json").object
        try store.run("key", "revoke", try #require(made["id"]?.text), "--organization", "acme")
        #expect(try server.request("DELETE", "/api/v1/features/f", key: key).status == 204)

        let wanted = [
            "feature.delete", "key.revoke", "key.create", "user.create", "organization.create", "feature.create",
            "key.create", "user.create", "organization.create",
        ]
        #expect(try Self.actions(store) == wanted)
        #expect(try Self.actions(store, ["--organization", "acme"]) == Array(wanted[1...4]))
        #expect(try Self.actions(store, ["--action", "key.", "--limit", "2"]) == ["key.revoke", "key.create"])
        let table = try store.run("audit", "list", "--actor", "command line: uid \(getuid())").output
        #expect(table.contains("user.create") && !table.contains("feature."))

        let checked = try store.run("audit", "verify", "--json").object
        #expect(checked["sound"] == .bool(true) && checked["entries"]?.text == "9")
        let newest = try #require(checked["newest"]?.text)
        #expect(newest.wholeMatch(of: /9:[0-9a-f]{64}/) != nil)
        #expect(try store.run("audit", "verify").output == "sound: 9 entries\nnewest: \(newest)\n")
        #expect(try server.stop() == 0)
        // The log has told it, for whoever keeps logs elsewhere.
        #expect(server.log.contains(newest))
        try store.run("audit", "verify", "--seen", newest)
        let other = newest.dropLast() + (newest.hasSuffix("0") ? "1" : "0")
        let run = try store.run("audit", "verify", "--seen", String(other), status: 1)
        #expect(run.output.contains("entry 9 is not the one that was seen earlier"))
        try store.run("audit", "verify", "--seen", "9:12", status: 64)
    }

    /// Features that were deleted and entities that were erased at the command line left no entry: whoever had access to
    /// the machine could remove values without a trace in the trail.
    @Test func `features, deletions and erasures by the command line are told, beside the running server`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        try store.run("organization", "create", "acme")
        try store.run("feature", "create", "f", "--type", "float64")
        try store.run("feature", "create", "f", status: 73)
        try store.run("feature", "update", "f", "--owner", "ann", "--ttl", "1h")
        try store.run("put", "f", "e", "1.5", "--at", "2025-01-01T00:00:00Z")
        try store.run("delete", "f", "e", "--at", "2025-01-01T00:00:00Z")
        try store.run("erase", "--entity", "e", "--yes")
        try store.run("erase", "--feature", "f", "--yes")
        try store.run("feature", "delete", "f")
        let rows = store.data + ".csv"
        try Data("entity,time,g\ne,2025-01-01T00:00:00Z,1\n".utf8).write(to: URL(filePath: rows))
        defer { try? FileManager.default.removeItem(atPath: rows) }
        let load = ["load", rows, "--entity", "entity", "--time", "time", "--feature", "g", "--organization", "acme"]
        for more in [["--create"], ["--create", "--restart", "--job", "again"], ["--job", "third"]] {
            let run = try store.start(load + more)
            #expect(run.0.wait() == 0)
        }
        #expect(
            try Self.actions(store, ["--actor", "command line: uid \(getuid())"]) == [
                "feature.create", "feature.delete", "values.erase", "entity.erase", "values.delete", "feature.update",
                "feature.create", "organization.create",
            ]
        )
        let changed = try store.run("audit", "list", "--action", "feature.update", "--json").object
        #expect(changed["details"]?["changed"]?.text == "owner ttl")
        // Each belongs to the organization whose feature it was.
        #expect(try Self.actions(store, ["--organization", "acme"]).first == "feature.create")
        #expect(try Self.actions(store, ["--organization", "default", "--action", "feature."]).count == 3)
        #expect(try store.run("audit", "verify").output.hasPrefix("sound"))
        #expect(try server.stop() == 0)

        // Nothing happens that could not be told: here the key is missing.
        try FileManager.default.removeItem(atPath: store.data + "/secret.key")
        let refused = try store.run("erase", "--entity", "e", "--organization", "acme", "--yes", status: 66)
        #expect(refused.error.contains("secret.key"))
        let kept = try store.run("get", "g", "e", "--organization", "acme", "--json").object
        #expect(kept["entity_id"]?.text == "e" && kept["value"]?.text == "1.0")
    }

    @Test func `an entry that was changed is named, with status 1, and is not pruned away`() throws {
        let store = try TemporaryStore()
        #expect(try ServerRun(store).stop() == 0)
        try store.run("user", "create", "innocent")
        try store.run("user", "create", "bob")
        let file = URL(filePath: store.data + "/catalog.sqlite")
        var bytes = try Data(contentsOf: file)
        while let range = bytes.range(of: Data("innocent".utf8)) {
            bytes.replaceSubrange(range, with: Data("innocenu".utf8))
        }
        try bytes.write(to: file)
        let sentence = "entry 4 was changed, or swapped with another"
        #expect(try store.run("audit", "verify", status: 1).output.hasPrefix("damaged: \(sentence)\n"))
        #expect(try store.run("audit", "verify", "--json", status: 1).object["problem"]?.text == sentence)
        #expect(try store.run("audit", "prune", "--before", "2199-01-01", status: 1).error.contains(sentence))
        try store.run("audit", "prune", "--before", "2199-01-01", "--even-damaged")
        let kept = try store.run("audit", "list").output
        #expect(kept.contains("audit.prune") && kept.contains(sentence) && !kept.contains("user.create"))
        #expect(try store.run("audit", "verify").output.hasPrefix("sound: 1 entry, those up to 5 pruned\n"))
    }

    @Test func `pruning beside a running server keeps what is newer`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        try store.run("user", "create", "bob")
        let times = try store.run("audit", "list", "--json").objects.compactMap { $0["time"]?.text }
        #expect(times.count == 4)
        #expect(try store.run("audit", "prune", "--before", times[0]).output.hasPrefix("removed 3 entries from before"))
        #expect(try store.run("audit", "prune", "--before", times[0], "--json").object["pruned"]?.text == "0")
        #expect(try Self.actions(store) == ["audit.prune", "user.create"])
        let key = try #require(server.key)
        #expect(try server.request("POST", "/api/v1/features", key: key, body: #"{"name":"f"}"#).status == 201)
        #expect(try Self.actions(store) == ["feature.create", "audit.prune", "user.create"])
        try store.run("audit", "verify")
        #expect(try server.stop() == 0)
        try store.run("audit", "prune", status: 64)
    }

    @Test func `a command without the server's key changes nothing, and makes no key`() throws {
        let store = try TemporaryStore()
        let file = try store.file("kept.key", String(repeating: "0a", count: 32) + "\n")
        let server = try ServerRun(store, ["--secret-key-file", file])
        let secret = store.data + "/secret.key"
        let refused = try store.run("user", "create", "bob", status: 66)
        #expect(refused.error.contains("FSTORE_SECRET_KEY_FILE") && !FileManager.default.fileExists(atPath: secret))
        #expect(try store.run("user", "list").output.contains("bob") == false)
        try store.run("audit", "verify", status: 66)
        // Another key than the server's is no better.
        try Data((String(repeating: "0b", count: 32) + "\n").utf8).write(to: URL(filePath: secret))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        #expect(try store.run("user", "create", "bob", status: 65).error.contains("was not written under this key"))
        #expect(try store.run("audit", "verify", status: 1).output.contains("nothing of it was written under this key"))
        // With the server's own it works.
        try FileManager.default.removeItem(atPath: secret)
        try FileManager.default.copyItem(atPath: file, toPath: secret)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        try store.run("user", "create", "bob")
        try store.run("audit", "verify")
        #expect(try server.stop() == 0)
    }

    @Test func `a server whose key is lost begins the trail anew, and says so`() throws {
        let store = try TemporaryStore()
        #expect(try ServerRun(store).stop() == 0)
        try FileManager.default.removeItem(atPath: store.data + "/secret.key")
        let server = try ServerRun(store)
        try store.run("user", "create", "bob")
        #expect(try Self.actions(store, ["--limit", "2"]) == ["user.create", "audit.restart"])
        let unproven = "the entries 1 to 3 are not proven by this key"
        #expect(try store.run("audit", "verify", status: 1).output.contains(unproven))
        #expect(server.log.contains("the audit trail was not written under this key"))
        #expect(try server.stop() == 0)
    }
}
