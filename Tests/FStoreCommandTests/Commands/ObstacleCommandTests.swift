import FStoreTestSupport
import Foundation
import Glibc
import Testing

@testable import FStore

/// What the commands say when the map is full, the clock is wrong or another process holds the lock.
@Suite("Commands that meet an obstacle")
struct ObstacleCommandTests {
    /// The story: at a full map `erase` and `feature delete` ended with 74 and said that nothing was written. They had
    /// taken effect, and the space never came back.
    @Test func `at a full map everything that erases works, and says what it did`() throws {
        let store = try TemporaryStore()
        try store.run("init", "--map-size", "1M")
        for name in ["a", "b"] { try store.run("feature", "create", name, "--type", "string") }
        var rows = "id,ts,v\n"
        for row in 0..<20_000 { rows += "e\(row % 50),\(1_700_000_000 + row),\(String(repeating: "x", count: 100))\n" }
        let file = try store.file("big.csv", rows)
        for (features, batch) in [(["a", "b"], "20"), (["a"], "1")] {
            let columns = features.flatMap { ["--feature", "\($0)=v"] }
            let arguments = ["load", file, "--entity", "id", "--time", "ts", "--time-unit", "s", "--job", batch]
            let (load, _, error) = try store.start(arguments + columns + ["--batch", batch])
            #expect(load.wait() == 74)
            let reason = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(reason.contains("--map-size"))
        }
        let before = try store.cells()
        let erased = try store.run("erase", "--entity", "e1", "--yes", "--json").object
        #expect(try store.cells() == before - (Int(erased["cells"]?.text ?? "") ?? 0))
        let deleted = try store.run("feature", "delete", "b", "--json").object
        #expect(Int(deleted["reclaimed_cells"]?.text ?? "") ?? 0 > 100)
        #expect(try store.run("feature", "list", "--json").lines.count == 1)
        try store.run("put", "a", "e1", "there is room again")
        try store.run("erase", "--feature", "a", "--yes")
        #expect(try store.cells() == 0)
        // Any command enlarges the map, and the size stays with the next write.
        try store.run("put", "a", "e1", "x", "--map-size", "8M")
        #expect(try store.run("stat", "--json").object["map_bytes"]?.text == "8388608")
    }

    /// The story: one `put` under a clock that was fifty years ahead moved all later commit times there.
    @Test(.enabled(if: MovedClock.compiler != nil)) func `a clock that is years ahead is refused until it is accepted`()
        throws
    {
        let store = try TemporaryStore.made()
        let clock = try MovedClock(in: store)
        try store.run("feature", "create", "f", "--type", "float64")
        try store.run("put", "f", "a", "1")
        let refused = try clock.run(["put", "f", "other", "9", "--at", "2024-01-01"])
        #expect(refused.status == 74 && refused.error.contains("fstore clock accept"), "\(refused.error)")
        #expect(try clock.run(["stat"]).output.contains("warning: the clock says"))
        #expect(try clock.run(["verify"]).output.contains("warning: the clock says"))
        #expect(try clock.run(["clock", "show"]).status == 1)
        try store.run("put", "f", "a", "2")
        #expect(
            try store.run("get", "f", "a", "--as-of", "now", "--known-at", "now", "--json").object["value"]?.text
                == "2.0"
        )
        #expect(try !store.run("stat").output.contains("warning"))
        // Whoever accepts it all the same is told afterwards, and sees what is written.
        #expect(try clock.run(["clock", "accept"]).status == 0)
        #expect(try clock.run(["put", "f", "other", "9"]).status == 0)
        let put = try store.run("put", "f", "a", "3")
        #expect(put.output.hasPrefix("207"))
        #expect(
            try store.run("get", "f", "a", "--as-of", "now", "--known-at", "now", "--json").object["value"]?.text
                == "3.0"
        )
        for command in ["stat", "verify"] { #expect(try store.run(command).output.contains("ahead of the clock")) }
    }

    @Test func `what retention hides at once is told, unless the newest is kept`() throws {
        let store = try TemporaryStore.made()
        try store.run("feature", "create", "q", "--type", "float64", "--max-age", "30d")
        let hidden = try store.run("put", "q", "quiet", "1", "--at", "2024-01-01")
        #expect(hidden.error.contains("warning: retention hides this value at once"))
        let object = try store.run("put", "q", "quiet", "1", "--at", "2024-01-01", "--json").object
        #expect(object["warning"]?.text?.contains("max_age") == true)
        try store.run("get", "q", "quiet", status: 1)
        try store.run("feature", "create", "k", "--type", "float64", "--max-age", "30d", "--keep-latest")
        let kept = try store.run("put", "k", "quiet", "1", "--at", "2024-01-01")
        #expect(kept.error.isEmpty)
        try store.run("get", "k", "quiet")
        let file = try store.file("old.csv", "e,t,k\nquiet,1000,1\nquiet,2000,2\n")
        let load = ["load", file, "--entity", "e", "--time", "t", "--time-unit", "s", "--feature", "k"]
        let (process, output, _) = try store.start(load)
        #expect(process.wait() == 0)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text.contains("warning: retention hides 2 values at once"))
        try store.run("feature", "update", "k", "--no-keep-latest")
        try store.run("get", "k", "quiet", status: 1)
    }

    /// Another process that was stopped within a transaction is a thread of this one here; LMDB's lock is the same.
    @Test(.timeLimit(.minutes(1))) func `a lock that another process holds is told by its id, and by the server`()
        throws
    {
        let store = try TemporaryStore.made()
        let server = try ServerRun(store, ["--write-wait-seconds", "1"])
        let key = try #require(server.key)
        let path = "/api/v1/features"
        #expect(try server.request("POST", path, key: key, body: #"{"name":"f","value_type":"float64"}"#).status == 201)
        let held = try FeatureStore(directory: store.data)
        let (isHolding, isOver) = (Signaled(), Signaled())
        held.holdLock(isHolding, until: isOver)
        isHolding.wait()
        let value = #"{"entity_id":"e","value":1}"#
        let refused = try server.request("POST", path + "/f/values", key: key, body: value)
        #expect(refused.status == 503)
        #expect(String(decoding: refused.body, as: UTF8.self).contains("(id \(getpid()))"))
        let ready = try server.request("GET", "/readyz", key: nil)
        #expect(ready.status == 503 && String(decoding: ready.body, as: UTF8.self).contains("write lock"))
        #expect(try server.request("GET", path + "/f", key: key).status == 200)
        #expect(server.log.contains("(id \(getpid()))"))
        isOver.signal()
        let end = Date().addingTimeInterval(20)
        while try server.request("GET", "/readyz", key: nil).status != 200, Date() < end { usleep(20_000) }
        #expect(try server.request("POST", path + "/f/values", key: key, body: value).status == 201)
        #expect(try server.stop() == 0)
        held.close()
    }
}

extension TemporaryStore {
    fileprivate func cells() throws -> Int { Int(try run("stat", "--json").object["cells"]?.text ?? "") ?? -1 }
}

/// A thing that happens once.
private final class Signaled: Sendable {
    private let monitor = Monitor(false)
    func signal() { monitor.withLock { $0 = true } }
    func wait() { _ = monitor.wait { state, _ -> Bool? in state ? true : nil } }
}

extension FeatureStore {
    /// Has the writer's thread hold the write lock.
    fileprivate func holdLock(_ isHolding: Signaled, until isOver: Signaled) {
        let request = ChangeRequest { writer in
            _ = try? writer.change(.reclaiming) { _, _ throws(WriteError) -> (Int, FeatureRegistry?) in
                isHolding.signal()
                isOver.wait()
                return (0, nil)
            }
        } refusal: { _ in
        }
        try? enqueue(request)
    }
}

/// A library that is loaded before the C library and moves the clock of a program fifty years ahead.
private struct MovedClock {
    private static let source = """
        #define _GNU_SOURCE
        #include <time.h>
        #include <unistd.h>
        #include <sys/syscall.h>
        int clock_gettime(clockid_t c, struct timespec *t) {
          int r = syscall(SYS_clock_gettime, c, t);
          if (c == CLOCK_REALTIME) t->tv_sec += 1577880000;
          return r; }
        """

    static var compiler: URL? {
        let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let names = places.flatMap { ["\($0)/cc", "\($0)/clang"] }
        return names.first(where: FileManager.default.isExecutableFile).map(URL.init(fileURLWithPath:))
    }

    private let store: TemporaryStore
    private var library: String { store.path("clock.so") }

    init(in store: TemporaryStore) throws {
        self.store = store
        let source = try store.file("clock.c", Self.source)
        let compiler = try #require(Self.compiler)
        let process = try ChildProcess(
            compiler,
            ["-shared", "-fPIC", source, "-o", library],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""],
            input: .nothing,
            output: .nothing,
            error: .nothing
        )
        #expect(process.wait() == 0)
    }

    func run(_ arguments: [String]) throws -> ProgramRun {
        let (output, error) = (Pipe(), Pipe())
        let process = try ChildProcess(
            ProgramRun.binary,
            arguments,
            environment: ["FSTORE_DATA": store.data, "LD_PRELOAD": library],
            input: .nothing,
            output: .pipe(output),
            error: .pipe(error)
        )
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = error.fileHandleForReading.readDataToEndOfFile()
        return ProgramRun(
            status: process.wait(),
            output: String(decoding: written, as: UTF8.self),
            error: String(decoding: complaint, as: UTF8.self)
        )
    }
}
