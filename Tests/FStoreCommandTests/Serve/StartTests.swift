import FStore
import FStoreTestSupport
import Foundation
import Glibc
import Testing

@Suite("A server starts")
struct StartTests {
    static let chosenKey = "fl_1_" + String(repeating: "Chosen", count: 8)

    @Test func `on an empty directory it prints a key that works, and never again`() throws {
        let store = try TemporaryStore()
        let first = try ServerRun(store)
        let key = try #require(first.key)
        #expect(first.output.contains("curl -H 'Authorization: Bearer \(key)' http://127.0.0.1:\(first.port)/"))
        #expect(try first.request("GET", "/api/v1/features", key: key).status == 200)
        #expect(try first.request("GET", "/api/v1/features", key: nil).status == 401)
        #expect(try first.stop() == 0)
        #expect(!first.log.contains(key))
        let second = try ServerRun(store)
        #expect(second.key == nil)
        #expect(!second.output.contains("fl_"))
        #expect(try second.request("GET", "/api/v1/features", key: key).status == 200)
        #expect(try second.stop() == 0)
    }

    @Test func `what it makes is for its owner alone`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let manager = FileManager.default
        func mode(_ path: String) throws -> Int {
            try #require(manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        }
        #expect(try mode(store.data) == 0o700)
        let files = try manager.contentsOfDirectory(atPath: store.data)
        for name in ["values.mdb", "catalog.sqlite", "secret.key", "server.lock"] { #expect(files.contains(name)) }
        for name in files { #expect(try mode(store.data + "/" + name) == 0o600, "\(name)") }
        #expect(try server.stop() == 0)
    }

    @Test func `a given first key is used and not printed`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store, environment: ["FSTORE_BOOTSTRAP_KEY": Self.chosenKey])
        #expect(server.key == nil)
        #expect(!server.output.contains(Self.chosenKey))
        #expect(try server.request("GET", "/api/v1/features", key: Self.chosenKey).status == 200)
        #expect(try server.stop() == 0)
        #expect(!server.log.contains(Self.chosenKey))
    }

    @Test func `the log of earlier starts can be read when it has a file`() throws {
        let store = try TemporaryStore()
        let path = try store.file(
            "server.log",
            "half a line\n{\"ts\":\"2024-01-01T00:00:00.250Z\",\"level\":\"error\"}\n"
        )
        let settings = ["--log-file", path]
        let first = try ServerRun(store, settings, environment: ["FSTORE_BOOTSTRAP_KEY": Self.chosenKey])
        #expect(try first.stop() == 0)
        let second = try ServerRun(store, settings)
        let logs = try second.request("GET", "/api/v1/logs?limit=1000", key: Self.chosenKey)
        let stops = logs.text.split(separator: "\"message\":\"stopped\"").count - 1
        #expect(logs.status == 200 && stops == 1, "\(logs.text)")
        #expect(try second.stop() == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect(try #require(mode) > 500)
        let third = try ServerRun(store)
        #expect(try !third.request("GET", "/api/v1/logs", key: Self.chosenKey).text.contains("stopped"))
        #expect(try third.stop() == 0)
    }

    /// Everybody who may look at the process could read the key for as long as the server ran.
    @Test func `a given first key leaves the environment`() throws {
        let store = try TemporaryStore()
        let secret = String(repeating: "ab", count: 32)
        let server = try ServerRun(
            store,
            environment: ["FSTORE_BOOTSTRAP_KEY": Self.chosenKey, "FSTORE_SECRET_KEY": secret]
        )
        let path = "/proc/\(server.process.processIdentifier)/environ"
        let seen = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        #expect(!seen.contains("Chosen") && !seen.contains("abab"), "\(seen)")
        #expect(try server.stop() == 0)
    }

    @Test func `what others may read, or the network, is warned of`() throws {
        let store = try TemporaryStore()
        #expect(try !ServerRun(store).log.contains("other users may use"))
        _ = unsafe chmod(store.data, 0o755)
        _ = unsafe chmod(store.data + "/catalog.sqlite", 0o640)
        let server = try ServerRun(store)
        #expect(server.log.contains("mode=0755") && server.log.contains("mode=0640"), "\(server.log)")
        #expect(try server.stop() == 0)
    }

    @Test func `a link in the place of the lock file is refused`() throws {
        let store = try TemporaryStore()
        #expect(try ServerRun(store).stop() == 0)
        _ = unsafe unlink(store.data + "/values.mdb-lock")
        let target = store.path("elsewhere")
        _ = unsafe symlink(target, store.data + "/values.mdb-lock")
        let refused = try store.run("serve", "--listen", "127.0.0.1:0", status: 73)
        #expect(refused.error.contains("values.mdb-lock is a symbolic link"))
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test func `a given first key may stand in a file`() throws {
        let store = try TemporaryStore()
        let file = try store.file("first.key", Self.chosenKey + "\n")
        let server = try ServerRun(store, ["--bootstrap-key-file", file])
        #expect(try server.request("GET", "/api/v1/features", key: Self.chosenKey).status == 200)
        #expect(try server.stop() == 0)
    }

    @Test func `a second server on the directory is refused with a sentence`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let refused = try store.run("serve", "--listen", "127.0.0.1:0", status: 75)
        #expect(refused.error.contains("another server (process \(server.process.processIdentifier)) serves"))
        #expect(refused.output.isEmpty)
        server.signal(SIGKILL)
        #expect(try server.status() == -SIGKILL)
        // The lock goes with the process, however that ended.
        #expect(try ServerRun(store).stop() == 0)
    }

    /// The second server once hung instead of ending: its services were stopped while they started.
    @Test func `a port that is taken is told`() throws {
        let (store, other) = (try TemporaryStore(), try TemporaryStore())
        let server = try ServerRun(store)
        let refused = try other.run("serve", "--listen", "127.0.0.1:\(server.port)", status: 75)
        #expect(refused.error.contains("127.0.0.1:\(server.port) is taken by another program"))
        // The key was made, and is shown although nothing listens: it would be lost otherwise.
        #expect(refused.output.contains("fl_1_"))
    }

    @Test func `it listens on IPv6`() throws {
        let store = try TemporaryStore()
        // The last of two would be refused as given twice, so this run has its own arguments.
        let (process, output, _) = try store.start(["serve", "--listen", "[::1]:0"])
        var text = ""
        while !text.contains("listens on") {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        #expect(text.contains("FStore listens on http://[::1]:"))
        kill(process.processIdentifier, SIGTERM)
        #expect(process.wait() == 0)
    }

    @Test func `the metrics tell of the process, the program and the store`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        let text = try server.request("GET", "/metrics", key: nil).text
        for name in [
            "process_resident_memory_bytes", "fstore_build_info", "fstore_store_map_bytes", "fstore_store_cells",
            "fstore_log_dropped_lines_total", "fstore_store_queued_batches 0", "fstore_store_queued_bytes 0",
            "fstore_store_commits_total 0", "fstore_store_committed_batches_total 0",
        ] {
            #expect(text.contains("\n\(name)"), "\(name)")
        }
        _ = try server.request("POST", "/api/v1/features", key: server.key, body: #"{"name":"f","value_type":"int64"}"#)
        let write = #"{"entity_id":"a","value":1}"#
        #expect(try server.request("POST", "/api/v1/features/f/values", key: server.key, body: write).status == 201)
        let after = try server.request("GET", "/metrics", key: nil).text
        for line in ["fstore_store_commits_total 1\n", "fstore_store_committed_batches_total 1\n"] {
            #expect(after.contains("\n\(line)"), "\(line)")
        }
        #expect(!after.contains("\nfstore_store_commit_seconds_total 0\n"))
        #expect(try server.stop() == 0)
        let closed = try ServerRun(store, ["--metrics-public", "no"])
        #expect(try closed.request("GET", "/metrics", key: nil).status == 401)
        #expect(try closed.request("GET", "/metrics", key: server.key).status == 200)
        #expect(try closed.stop() == 0)
    }
}
