import FStoreTestSupport
import Foundation
import Glibc
import Testing

@Suite("fstore ingest")
struct IngestCommandTests {
    private let store: TemporaryStore
    private let root: String

    /// A store whose server has made the source `stations`, with two good rows and a bad one, and has stopped.
    init() throws {
        store = try TemporaryStore()
        root = store.path("incoming")
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        let rows = "id,timestamp,value\n1,2024-01-01T00:00:00Z,123.45\n2,2024-01-01T01:00:00Z,7\n3,noon,1\n"
        try rows.write(toFile: root + "/stations.csv", atomically: false, encoding: .utf8)
        let server = try ServerRun(store)
        let made = try server.request(
            "POST",
            "/api/v1/sources",
            key: server.key,
            body: #"{"type":"file","name":"stations","config":{"path":"stations.csv"}}"#
        )
        #expect(made.status == 201, "\(made.text)")
        #expect(try server.stop() == 0)
    }

    private func append(_ rows: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: root + "/stations.csv"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(rows.utf8))
        try file.close()
    }

    @Test func `without a server it does the work itself`() throws {
        let first = try store.run("ingest", "--ingest-root", root, status: 65)
        #expect(first.output.contains("stations  completed  2       1"), "\(first.output)")
        #expect(first.error.contains("1 row was rejected"))
        #expect(try store.run("get", "stations.value", "1").output.contains("123.45"))
        try append("4,2024-01-01T00:00:00Z,1.5\n")
        let second = try store.run("ingest", "stations", "--ingest-root", root, "--json")
        #expect(
            second.output.contains(#""status":"completed","stored":1,"rejected":0,"error":null"#),
            "\(second.output)"
        )
    }

    @Test func `beside a server the server does it`() throws {
        let server = try ServerRun(store, ["--ingest-root", root])
        let run = try store.run("ingest", status: 65)
        #expect(run.output.contains("stations  completed  2       1"), "\(run.output)")
        #expect(server.log.contains("a source was read"))
        #expect(try server.stop() == 0)
    }

    @Test func `what cannot be done is said`() throws {
        #expect(try store.run("ingest", "nothing", status: 1).error.contains("there is no source \"nothing\""))
        let closed = try store.run("ingest", status: 1)
        #expect(closed.error.contains("ingest_root names no directory"), "\(closed.error)")
        #expect(try store.run("ingest", "--batch-size", "0", status: 64).error.contains("--batch-size must be"))
        #expect(try store.run("ingest", status: 66, data: store.path("nowhere")).error.contains("there is no catalog"))
        #expect(!FileManager.default.fileExists(atPath: store.path("nowhere")))
    }

    @Test func `a run that was killed goes on, and stores no row twice`() throws {
        let count = 60_000
        try append((0..<count).map { "x\($0),2024-01-01T00:00:00Z,\($0)\n" }.joined())
        let arguments = ["ingest", "--data", store.data, "--ingest-root", root, "--batch-size", "100"]
        let output = Pipe()
        let process = try ChildProcess(ProgramRun.binary, arguments, output: .pipe(output), error: .pipe(output))
        let deadline = Date() + 30
        while try store.run("stat", "--json").output.contains("\"cells\":0,"), Date() < deadline {}
        kill(process.processIdentifier, SIGKILL)
        process.wait()
        // The job that was interrupted, and a new one that finds nothing.
        let second = try store.run("ingest", "--ingest-root", root, "--json", status: 65)
        #expect(second.output.components(separatedBy: "\"completed\"").count == 3, "\(second.output)")
        #expect(second.output.contains("\"stored\":\(count + 2)"), "\(second.output)")
        let cells = try store.run("stat", "--json").output
        #expect(cells.contains("\"cells\":\(count + 2),"), "\(cells)")
    }
}
