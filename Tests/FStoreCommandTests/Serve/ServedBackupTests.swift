import FStore
import FStoreTestSupport
import Foundation
import Glibc
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

    @Test(arguments: [true, false])
    func `a sealed backup has nothing in clear, and opens with its secret alone`(isKey: Bool) throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let key = try #require(server.key)
        _ = try server.request("POST", "/api/v1/features", key: key, body: #"{"name":"marked","value_type":"string"}"#)
        let body = #"{"entity_id":"entity-in-clear","value":"value-in-clear"}"#
        #expect(try server.request("POST", "/api/v1/features/marked/values", key: key, body: body).status == 201)
        let text = isKey ? String(repeating: "0123456789abcdef", count: 4) : "a long passphrase"
        let (flag, file) = (isKey ? "--key-file" : "--passphrase-file", try store.file("secret", text + "\n"))
        let target = store.path("sealed")
        try store.run("backup", target, "--encrypt", flag, file, "--with-secret-key")
        let names = try FileManager.default.contentsOfDirectory(atPath: target).sorted()
        #expect(names == ["catalog.sqlite.sealed", "secret.key.sealed", "values.mdb.sealed"])
        for name in names {
            let content = try Data(contentsOf: URL(filePath: target + "/" + name))
            for word in ["in-clear", "marked", "SQLite", "default"] {
                #expect(content.range(of: Data(word.utf8)) == nil, "\(name) has \(word)")
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.data).allSatisfy { !$0.contains("backup") })
        #expect(try server.stop() == 0)

        let restored = store.path("restored")
        #expect(try store.run("restore", target, status: 64, data: restored).error.contains("is sealed"))
        let other = try store.file("other", (isKey ? String(repeating: "f", count: 64) : "another passphrase"))
        let refused = try store.run("restore", target, flag, other, status: 74, data: restored)
        #expect(refused.error.contains("does not open"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: restored).isEmpty)
        try store.run("restore", target, flag, file, data: restored)
        let second = try ServerRun(store, data: restored)
        let answer = try second.request("GET", "/api/v1/features/marked/values?entity_ids=entity-in-clear", key: key)
        #expect(answer.text.contains("value-in-clear"))
        #expect(try second.stop() == 0)
    }

    /// Values and catalog of two stores, or of two times, were restored without a word.
    @Test func `a backup whose files do not belong together is not restored`() throws {
        let (store, other) = (try TemporaryStore(), try TemporaryStore())
        for store in [store, other] {
            #expect(try ServerRun(store).stop() == 0)
            try store.run("backup", store.path("backup"))
        }
        let manager = FileManager.default
        try manager.removeItem(atPath: store.path("backup/catalog.sqlite"))
        try manager.copyItem(atPath: other.path("backup/catalog.sqlite"), toPath: store.path("backup/catalog.sqlite"))
        let restored = store.path("restored")
        let refused = try store.run("restore", store.path("backup"), status: 74, data: restored)
        #expect(refused.error.contains("belong to different stores"))
        #expect(try manager.contentsOfDirectory(atPath: restored).filter { $0 != "values.mdb-lock" }.isEmpty)
    }

    /// The key stays out of backups. After a restore the server made another one, and the passwords of sources could
    /// not be opened: nothing had said so.
    @Test func `a restore without the key of the secrets says what is lost and how to bring it back`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let key = try #require(server.key)
        let body = #"{"name":"warehouse","type":"postgresql","config":{"host":"db","password":"hunter2"}}"#
        #expect(try server.request("POST", "/api/v1/sources", key: key, body: body).status == 201)
        #expect(try server.stop() == 0)
        try store.run("backup", store.path("bare"))
        try store.run("backup", store.path("whole"), "--with-secret-key")

        let restored = store.path("restored")
        let warned = try store.run("restore", store.path("bare"), data: restored)
        #expect(warned.error.contains(#"the secrets of the source "warehouse" cannot be opened"#))
        #expect(warned.error.contains("Copy the old key to \(restored)/secret.key"))
        let asJSON = try store.run("restore", store.path("bare"), "--json", data: store.path("again")).object
        #expect("\(String(describing: asJSON["warnings"]))".contains("warehouse"))
        let whole = try store.run("restore", store.path("whole"), data: store.path("complete"))
        #expect(!whole.error.contains("secret.key"))

        // Who has not read it is told again by the server, which then makes a new key.
        let second = try ServerRun(store, data: restored)
        #expect(second.log.contains("secret.key was missing"))
        #expect(try second.stop() == 0)
        let third = try ServerRun(store, data: store.path("complete"))
        #expect(!third.log.contains("secret.key was missing"))
        #expect(try third.stop() == 0)
    }

    /// A restore by root left files behind that the server, as another user, could not open.
    @Test(.enabled(if: geteuid() == 0)) func `files that root restores belong to the owner of the directory`() throws {
        let store = try TemporaryStore()
        #expect(try ServerRun(store).stop() == 0)
        try store.run("backup", store.path("backup"), "--with-secret-key")
        let restored = store.path("restored")
        let nobody = 65_534
        try FileManager.default.createDirectory(atPath: restored, withIntermediateDirectories: false)
        try FileManager.default.setAttributes(
            [.ownerAccountID: nobody, .groupOwnerAccountID: nobody],
            ofItemAtPath: restored
        )
        #expect(try store.run("restore", store.path("backup"), data: restored).error.isEmpty)
        for name in try FileManager.default.contentsOfDirectory(atPath: restored) {
            let attributes = try FileManager.default.attributesOfItem(atPath: restored + "/" + name)
            #expect(attributes[.ownerAccountID] as? Int == nobody, "\(name)")
        }
        // A new directory is root's own, and that is said.
        let noted = try store.run("restore", store.path("backup"), data: store.path("new"))
        #expect(noted.error.contains("the files belong to root; if another user runs the server, run: chown -R USER: "))
        // Who is refused is told by whom.
        let refused = try Self.asNobody(store, ["stat", "--data", store.path("new")])
        #expect(refused.contains("belongs to root, and fstore runs as"), "\(refused)")
        #expect(refused.contains("chown -R"))
        let served = try Self.asNobody(store, ["serve", "--data", store.path("new"), "--listen", "127.0.0.1:0"])
        #expect(served.contains("server.lock cannot be used: Permission denied"), "\(served)")
        #expect(served.contains("belongs to root"))
    }

    /// What the program says on stderr when it runs as the user `nobody`.
    private static func asNobody(_ store: TemporaryStore, _ arguments: [String]) throws -> String {
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: store.directory.path)
        let error = Pipe()
        let process = try ChildProcess(
            URL(filePath: "/usr/bin/setpriv"),
            ["--reuid", "65534", "--regid", "65534", "--clear-groups", ProgramRun.binary.path] + arguments,
            error: .pipe(error)
        )
        try error.fileHandleForWriting.close()
        let text = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        _ = process.wait()
        return text
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
