import FStoreTestSupport
import Foundation
import Glibc
import Testing

@Suite("Signals")
struct SignalTests {
    /// SIGHUP, SIGUSR1 and the like ended the server at once, with requests under way.
    @Test func `none but SIGKILL ends a server without draining`() throws {
        let store = try TemporaryStore()
        let server = try ServerRun(store)
        for number in [SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGPIPE, 34, 50, 64] {
            server.signal(number)
        }
        usleep(200_000)
        #expect(try server.request("GET", "/livez", key: nil).status == 200)
        server.signal(SIGQUIT)
        #expect(try server.status() == 0)
        #expect(server.log.contains("stopped"))
    }

    @Test func `SIGHUP reads the level of the log again, and says what needs a restart`() throws {
        let store = try TemporaryStore()
        let file = try store.file("fstore.yaml", "log_level: warning\n")
        let server = try ServerRun(store, ["--config", file])
        func hangUp(_ text: String, until word: String) throws {
            _ = try store.file("fstore.yaml", text)
            server.signal(SIGHUP)
            for _ in 0..<500 where !server.log.contains(word) { usleep(10_000) }
            #expect(server.log.contains(word), "\(server.log)")
        }
        try hangUp("log_level: nothing\n", until: "the settings are left as they were")
        _ = try server.request("GET", "/api/v1/auth/keys", key: server.key)
        #expect(!server.log.contains("operation=listKeys"))
        try hangUp("log_level: info\nthreads: 3\n", until: "count from the next start on")
        #expect(server.log.contains("settings=threads"))
        _ = try server.request("GET", "/api/v1/auth/keys", key: server.key)
        for _ in 0..<200 where !server.log.contains("operation=listKeys") { usleep(10_000) }
        #expect(server.log.contains("operation=listKeys"))
        #expect(try server.stop() == 0)
    }
}
