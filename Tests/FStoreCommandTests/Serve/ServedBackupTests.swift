import FStore
import FStoreTestSupport
import Foundation
import Testing

@Suite("Backups of a running server")
struct ServedBackupTests {
    @Test func `a backup while values are written, restored, serves what was acknowledged before it`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let key = try #require(server.key)
        let body = #"{"name":"f","value_type":"int64"}"#
        #expect(try server.request("POST", "/api/v1/features", key: key, body: body).status == 201)
        let free = try store.run("key", "create", "--rate-limit", "unlimited").lines[0]
        for _ in 0..<100 where try server.request("GET", "/api/v1/features", key: free).status != 200 { usleep(50_000) }
        let ledger = try WriteLedger(server, key: free)
        let writing = ledger.start(entity: "e")
        try ledger.waitFor("e", 50)
        let before = ledger.acknowledged("e")
        let bare = store.path("bare")
        let said = try store.run("backup", bare, "--json").object
        #expect(said["catalog"] == .bool(true))
        try store.run("backup", store.path("whole"), "--with-secret-key")
        try ledger.waitFor("e", before + 50)
        ledger.stop()
        #expect(writing.wait())
        #expect(try server.stop() == 0)

        let files = try FileManager.default.contentsOfDirectory(atPath: bare).sorted()
        #expect(files == ["catalog.sqlite", "values.mdb"])
        let wholeFiles = try FileManager.default.contentsOfDirectory(atPath: store.path("whole")).sorted()
        #expect(wholeFiles == ["catalog.sqlite", "secret.key", "values.mdb"])
        let restored = store.path("restored")
        try store.run("restore", store.path("whole"), data: restored)
        #expect(try store.run("verify", data: restored).output.contains("and the catalog"))
        let second = try ServerRun(store, data: restored)
        #expect(second.key == nil)
        let answer = try second.request("GET", "/api/v1/features/f/values?entity_ids=e", key: key)
        let items = try #require(answer.object["items"] as? [[String: Any]])
        let value = try #require(items.first?["value"] as? Int)
        #expect(value >= before)
        #expect(value <= ledger.acknowledged("e") + 1)
        #expect(try second.stop() == 0)
    }

    @Test func `a damaged catalog is found, and not restored`() throws {
        let store = try TemporaryStore()
        #expect(try ServerRun(store).stop() == 0)
        try store.run("backup", store.path("backup"))
        let file = store.path("backup/catalog.sqlite")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        for offset in 4096..<min(bytes.count, 40_000) { bytes[offset] = 0x55 }
        try bytes.write(to: URL(fileURLWithPath: file))
        let restored = store.path("restored")
        let refused = try store.run("restore", store.path("backup"), status: 74, data: restored)
        #expect(refused.error.contains("catalog"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: restored).isEmpty)
        let found = try store.run("verify", status: 1, data: store.path("backup"))
        #expect(found.output.contains("catalog"))
    }
}
