import FStoreTestSupport
import Foundation
import Glibc
import Testing

/// On a full disk a key could not be revoked: the answer was 500, and the key went on opening.
@Suite("A server on a full disk", .enabled(if: SmallDisk.way != nil))
struct FullDiskTests {
    @Test func `revokes keys, refuses other writes, and stops in order`() throws {
        let store = try TemporaryStore()
        try FileManager.default.createDirectory(atPath: store.data, withIntermediateDirectories: true)
        let mount = "mount -t tmpfs -o size=8m,mode=700 none \"$0\" && exec \"$@\""
        let server = try ServerRun(store, by: try #require(SmallDisk.way) + ["sh", "-c", mount, store.data])
        let key = try #require(server.key)
        func make() throws -> HTTPSocket.Response {
            let body = #"{"name":"k","role":"viewer","rate_limit":"unlimited"}"#
            return try server.request("POST", "/api/v1/auth/keys", key: key, body: body)
        }
        let feature = try server.request("POST", "/api/v1/features", key: key, body: #"{"name":"f"}"#)
        #expect(feature.status == 201)
        var victims: [(id: String, key: String)] = []
        for _ in 0..<40 {
            let made = try make()
            victims.append((made.object["id"] as? String ?? "", made.object["key"] as? String ?? ""))
        }

        // To the last byte, by way of the server's own view of its directory.
        let inside = "/proc/\(server.process.processIdentifier)/root\(store.data)/ballast"
        let ballast = unsafe open(inside, O_WRONLY | O_CREAT, 0o600)
        try #require(ballast >= 0)
        let zeroes = [UInt8](repeating: 0, count: 65_536)
        for size in [65_536, 4096, 1] { while unsafe write(ballast, zeroes, size) > 0 {} }
        close(ballast)

        #expect(try make().status == 507)
        let other = #"{"type":"file","name":"s","config":{"path":"x"}}"#
        #expect(try server.request("POST", "/api/v1/sources", key: key, body: other).status == 507)
        for victim in victims {
            #expect(try server.request("GET", "/api/v1/features", key: victim.key).status == 200)
            let revoked = try server.request("DELETE", "/api/v1/auth/keys/\(victim.id)", key: key)
            #expect(revoked.status == 204, "\(revoked.text)")
            #expect(try server.request("GET", "/api/v1/features", key: victim.key).status == 401)
        }
        // It is on the disk, and not only in memory.
        let listed = try server.request("GET", "/api/v1/auth/keys?limit=100", key: key).object["items"]
        #expect((listed as? [[String: Any]])?.filter { $0["revoked_at"] is NSNull }.count == 1)
        #expect(try server.stop() == 0)
    }
}

/// A small disk for one program.
private enum SmallDisk {
    /// How to start a program on a small disk of its own, where this user may mount one.
    static let way: [String]? = {
        let unshare = getuid() == 0 ? ["unshare", "--mount"] : ["unshare", "--mount", "--user", "--map-root-user"]
        let child = try? ChildProcess(
            URL(filePath: "/usr/bin/env"),
            unshare + ["mount", "-t", "tmpfs", "none", "/mnt"]
        )
        return child?.wait() == 0 ? unshare : nil
    }()
}
