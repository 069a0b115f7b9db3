import FStore
import FStoreTestSupport
import Foundation
import Glibc
import Testing

@Suite("A server that is killed")
struct KilledServerTests {
    private static let rounds = 20
    private static let writers = 4

    @Test func `has lost nothing that it acknowledged`() throws {
        let store = try TemporaryStore()
        let first = try ServerRun(store)
        try #require(first.key != nil)
        #expect(try first.stop() == 0)
        // As often as it likes: the documented limit would end the writing.
        let key = try store.run("key", "create", "--role", "admin", "--rate-limit", "unlimited").lines[0]
        try store.run("feature", "create", "f", "--type", "int64")
        var generator = SystemRandomNumberGenerator()
        var known = [String: Int]()
        for round in 0..<Self.rounds {
            let server = try ServerRun(store)
            let ledger = try WriteLedger(server, key: key)
            for (entity, value) in known {
                let answer = try server.request("GET", "/api/v1/features/f/values?entity_ids=\(entity)", key: key)
                let items = try #require(answer.object["items"] as? [[String: Any]], "\(answer.text)")
                let found = try #require(items.first?["value"] as? Int)
                #expect(found >= value, "round \(round): \(entity) was acknowledged as \(value)")
            }
            let writings = (0..<Self.writers)
                .map { writer in
                    let entity = "e\(writer)"
                    return ledger.start(entity: entity, from: (known[entity] ?? 0) + 2)
                }
            usleep(UInt32.random(in: 20_000...150_000, using: &generator))
            server.signal(SIGKILL)
            for writing in writings { #expect(writing.wait()) }
            #expect(try server.status() == -SIGKILL)
            for writer in 0..<Self.writers {
                known["e\(writer)"] = max(known["e\(writer)"] ?? 0, ledger.acknowledged("e\(writer)"))
            }
        }
        #expect(known.values.min() ?? 0 > 0)
        try store.run("verify")
    }
}
