import FStore
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("Sources of files", .blocking)
struct FileSourceTests {
    private static let rules =
        #","validation":{"required_columns":["id","timestamp","value"],"data_types":{"id":"string","timestamp":"datetime","value":"float"}}"#

    @Test func `a file becomes features, and rows that do not fit are kept with their reasons`() async throws {
        let server = try await IngestionServer()
        try server.write(
            "a/data.csv",
            "id,timestamp,value,city\n1,2024-01-01T00:00:00Z,123.45,Bern\n2,2024-01-01,7,\n3,noon,1,X\n4,2024-01-01,,Y\n"
        )
        let id = try server.source("source_1", #"{"path":"a/data.csv"}"#, more: Self.rules)
        let job = try await server.run(#"{"sources":["\#(id)"],"options":{"batch_size":1000,"timeout":300}}"#)
        #expect(job["status"] as? String == "completed" && job["progress"] as? Int == 100)
        #expect(job["records_processed"] as? Int == 2 && job["errors"] as? Int == 2)
        #expect(job["total_records"] as? Int == 4)
        #expect(
            try server.values("source_1.value", "1,2") == [
                "1 2024-01-01T00:00:00Z 123.45", "2 2024-01-01T00:00:00Z 7.0",
            ]
        )
        let metadata = try server.server.ask("GET", "/api/v1/features/source_1.metadata/values?entity_ids=1,2")
        #expect(metadata.text.contains(#""value":{"city":"Bern"}"#) && metadata.text.contains(#""value":{}"#))
        let rejects = try server.data("GET", "/api/v1/sources/\(id)/rejects")["rejects"] as? [[String: Any]] ?? []
        #expect(
            rejects.map { "\($0["line"] ?? "") \($0["field"] ?? "") \($0["row"] ?? "")" } == [
                "4 timestamp 3,noon,1,X", "5 value 4,2024-01-01,,Y",
            ]
        )
        let source = try server.data("GET", "/api/v1/sources/\(id)")
        let stats = try #require(source["sync_stats"] as? [String: Any])
        #expect(stats["total_records"] as? Int == 4 && stats["successful"] as? Int == 2 && stats["failed"] as? Int == 2)
        #expect(source["last_sync"] is String && source["status"] as? String == "active")
    }

    @Test func `what was read before is not read again, and what is new is`() async throws {
        let server = try await IngestionServer()
        try server.write("daily/1.csv", "id,timestamp,value\na,2024-01-01,1\n")
        _ = try server.source("s", #"{"path":"daily/*.csv"}"#)
        #expect(try await server.run()["records_processed"] as? Int == 1)
        #expect(try await server.run()["records_processed"] as? Int == 0)
        // A line more, and a file more.
        try server.write("daily/1.csv", "id,timestamp,value\na,2024-01-01,1\na,2024-01-02,2\n")
        try server.write("daily/2.csv", "id,timestamp,value\na,2024-01-03,3\n")
        #expect(try await server.run()["records_processed"] as? Int == 2)
        #expect(try server.values("s.value", "a").count == 3)
    }

    @Test func `a file that was corrected is read anew, and only what differs is written`() async throws {
        let server = try await IngestionServer()
        try server.write("d.csv", "id,timestamp,value\na,2024-01-01,1\nb,2024-01-01,2\n")
        _ = try server.source("s", #"{"path":"d.csv"}"#)
        _ = try await server.run()
        let before = try server.server.store.statistics().cells
        try server.write("d.csv", "id,timestamp,value\na,2024-01-01,5\nb,2024-01-01,2\n")
        #expect(try await server.run()["records_processed"] as? Int == 2)
        #expect(try server.values("s.value", "a,b") == ["a 2024-01-01T00:00:00Z 5.0", "b 2024-01-01T00:00:00Z 2.0"])
        #expect(try server.server.store.statistics().cells == before + 1)
    }

    /// A line that was still being written was read as a whole one; the rest of it then came as a line of its own.
    @Test func `half of a last line does not stay`() async throws {
        let server = try await IngestionServer()
        try server.write("d.csv", "id,timestamp,value\na,2024-01-01,1")
        _ = try server.source("s", #"{"path":"d.csv"}"#)
        _ = try await server.run()
        try server.write("d.csv", "id,timestamp,value\na,2024-01-01,123\nb,2024-01-01,4\n")
        let job = try await server.run()
        #expect(job["errors"] as? Int == 0)
        #expect(try server.values("s.value", "a,b") == ["a 2024-01-01T00:00:00Z 123.0", "b 2024-01-01T00:00:00Z 4.0"])
    }

    @Test(arguments: [
        ("utf-16", [0xFF, 0xFE], String.Encoding.utf16LittleEndian),
        ("utf-16", [], .utf16LittleEndian),
        ("UTF-16BE", [], .utf16BigEndian),
        ("iso-8859-1", [], .isoLatin1),
        ("windows-1252", [], .windowsCP1252),
        ("utf-8", [0xEF, 0xBB, 0xBF], .utf8),
    ])
    func `encodings`(name: String, mark: [UInt8], encoding: String.Encoding) async throws {
        let server = try await IngestionServer()
        let text = "id;timestamp;value;n\nZürich;2024-01-01;ä;\"x;y\"\n"
        try server.write("d.csv", Data(mark) + (try #require(text.data(using: encoding))))
        let config = #"{"path":"d.csv","encoding":"\#(name)","delimiter":";"}"#
        _ = try server.source("s", config)
        let job = try await server.run()
        #expect(job["records_processed"] as? Int == 1, "\(job)")
        #expect(try server.values("s.value", "Z%C3%BCrich") == ["Zürich 2024-01-01T00:00:00Z ä"])
    }

    @Test func `lines of JSON keep their other members as they are`() async throws {
        let server = try await IngestionServer()
        try server.write(
            "d.ndjson",
            #"{"id":7,"timestamp":1704067200,"value":true,"m":{"a":[1]}}"# + "\n{\"id\":8}\n"
        )
        _ = try server.source("s", #"{"path":"d.ndjson","mapping":{"time_unit":"s"}}"#)
        let job = try await server.run()
        #expect(job["records_processed"] as? Int == 1 && job["errors"] as? Int == 1, "\(job)")
        #expect(try server.values("s.value", "7") == ["7 2024-01-01T00:00:00Z 1"])
        #expect(try server.values("s.metadata", "7").first?.contains("a") == true)
    }

    @Test(arguments: [
        ("../outside.csv", "does not lie in"), ("/etc/passwd", "does not lie in"), ("link.csv", "symbolic link"),
        ("through/d.csv", "symbolic link"), ("pipe.csv", "not a regular file"), ("none.csv", "No such file"),
        ("dir.csv", "not a regular file"), ("none*.csv", "no file is called"),
    ])
    func `nothing outside of the directory is read`(path: String, reason: String) async throws {
        let server = try await IngestionServer()
        let outside = FileManager.default.temporaryDirectory.appending(path: "outside-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: outside) }
        try Data("id,timestamp,value\na,2024-01-01,1\n".utf8).write(to: outside.appending(path: "d.csv"))
        let root = server.root
        try FileManager.default.createSymbolicLink(
            at: root.appending(path: "link.csv"),
            withDestinationURL: outside.appending(path: "d.csv")
        )
        try FileManager.default.createSymbolicLink(at: root.appending(path: "through"), withDestinationURL: outside)
        try FileManager.default.createDirectory(at: root.appending(path: "dir.csv"), withIntermediateDirectories: true)
        #expect(unsafe mkfifo(root.appending(path: "pipe.csv").path, 0o600) == 0)
        let id = try server.source("s", #"{"path":"\#(path)","format":"csv"}"#)
        let job = try await server.run()
        #expect(job["status"] as? String == "failed")
        let error = (job["runs"] as? [[String: Any]])?.first?["error"] as? String ?? ""
        #expect(error.contains(reason), "\(error)")
        let test = try server.data("POST", "/api/v1/sources/\(id)/test")
        #expect(test["connected"] as? Bool == false)
        #expect((test["error"] as? String ?? "").contains(reason))
        let source = try server.data("GET", "/api/v1/sources/\(id)")
        #expect(source["status"] as? String == "failing")
    }

    @Test func `a file that fits nowhere defines nothing`() async throws {
        let server = try await IngestionServer()
        try server.write("d.csv", "id,timestamp,value\n" + String(repeating: "a,noon,1\n", count: 1500))
        let id = try server.source("s", #"{"path":"d.csv"}"#)
        let job = try await server.run()
        #expect(job["status"] as? String == "failed" && job["errors"] as? Int == 1000, "\(job)")
        #expect(try server.server.ask("GET", "/api/v1/features/s.value").status == 404)
        let rejects = try server.data("GET", "/api/v1/sources/\(id)/rejects")["pagination"] as? [String: Any]
        #expect((rejects?["total"] as? Int ?? 0) > 0)
    }

    @Test func `a test shows the first rows and counts all`() async throws {
        let server = try await IngestionServer()
        var text = "id,timestamp,value\n"
        for number in 0..<2500 { text += "\(number),2024-01-01T00:00:00Z,\(number).5\n" }
        try server.write("d.csv", text)
        let id = try server.source("s", #"{"path":"d.csv"}"#)
        let answer = try server.server.ask("POST", "/api/v1/sources/\(id)/test")
        #expect(answer.text.contains(#"{"id":"0","timestamp":"2024-01-01T00:00:00Z","value":0.5}"#), "\(answer.text)")
        #expect(answer.text.contains(#""total_records":2500,"total_is_exact":true"#))
        #expect(try server.server.ask("GET", "/api/v1/features/s.value").status == 404)
    }

    /// The bookmark of the shorter header lay within the longer one, and the server ended with each start.
    @Test func `a header that grew is another file`() async throws {
        let server = try await IngestionServer()
        try server.write("d.csv", "id,timestamp,value\na,2024-01-01,1\n")
        _ = try server.source("s", #"{"path":"d.csv"}"#)
        _ = try await server.run()
        let more = (0..<30).map { "column\($0)" }.joined(separator: ",")
        let row = String(repeating: ",", count: 30)
        try server.write("d.csv", "id,timestamp,value,\(more)\na,2024-01-01,2\(row)\n")
        #expect(try await server.run()["records_processed"] as? Int == 1)
        #expect(try server.values("s.value", "a") == ["a 2024-01-01T00:00:00Z 2.0"])
    }

    /// The first of two rows differed from what was stored, which was the second: each reading wrote the other one.
    @Test func `of two rows for one moment the later counts, however often they are read`() async throws {
        let server = try await IngestionServer()
        let rows = "a,2024-01-01,10\nb,2024-01-01,1\na,2024-01-01,20\n"
        _ = try server.source("s", #"{"path":"d.csv"}"#)
        for reading in 0..<4 {
            // Another file each time, so that all of it is read anew; and in batches of one row too.
            try server.write("d.csv", "id,timestamp,value\n" + rows + "c,2024-01-0\(reading + 1),1\n")
            _ = try await server.run(reading % 2 == 0 ? nil : #"{"options":{"batch_size":1}}"#)
            #expect(try server.values("s.value", "a,b").first == "a 2024-01-01T00:00:00Z 20.0", "reading \(reading)")
        }
    }

    @Test func `a row whose other columns are too large is rejected, and the others are stored`() async throws {
        let server = try await IngestionServer()
        let large = String(repeating: "x", count: 70_000)
        try server.write(
            "d.csv",
            "id,timestamp,value,note\na,2024-01-01,1,\nb,2024-01-01,2,\(large)\nc,2024-01-01,3,\n"
        )
        try server.write("d.ndjson", #"{"id":"a","timestamp":"2024-01-01","value":1,"n":"\#(large)"}"# + "\n")
        _ = try server.source("s", #"{"path":"d.csv"}"#)
        _ = try server.source("t", #"{"path":"d.ndjson"}"#)
        let job = try await server.run()
        #expect(job["records_processed"] as? Int == 2 && job["errors"] as? Int == 2, "\(job)")
    }

    @Test func `a file that cannot be read does not keep those behind it waiting`() async throws {
        let server = try await IngestionServer()
        try server.write("o/a.csv", "")
        try server.write("o/b.csv", "id,timestamp,value\na,2024-01-01,1\n")
        try server.write("o/x[1]-b.csv", "id,timestamp,value\nb,2024-01-01,1\n")
        _ = try server.source("s", #"{"path":"o/*.csv"}"#)
        _ = try server.source("t", #"{"path":"o/x[1]-*.csv"}"#)
        let job = try await server.run()
        let runs = job["runs"] as? [[String: Any]] ?? []
        #expect(job["status"] as? String == "failed" && job["records_processed"] as? Int == 3, "\(job)")
        // Runs that begin in one millisecond stand in no order.
        let errors = runs.compactMap { $0["error"] as? String }
        #expect(errors.count == 1 && errors[0].contains("o/a.csv"), "\(errors)")
        #expect(runs.filter { $0["status"] as? String == "completed" }.count == 1)
    }

    /// 650 KB of a compressed file stood for minutes of empty lines, in which nobody asked whether to go on.
    @Test func `a run ends in time however little comes of what it reads`() async throws {
        let server = try await IngestionServer()
        let command = "(printf 'id,timestamp,value\\n'; head -c 300000000 /dev/zero | tr '\\0' '\\n') | gzip -1"
        let path = server.root.appending(path: "d.csv.gz").path
        let gzip = try ChildProcess(URL(filePath: "/bin/sh"), ["-c", command + " > " + path])
        #expect(gzip.wait() == 0)
        _ = try server.source("s", #"{"path":"d.csv.gz"}"#)
        let started = try server.data("POST", "/api/v1/ingestion/start")
        let job = try #require(started["job_id"] as? String)
        try await Task.sleep(for: .milliseconds(300))
        let began = ContinuousClock.now
        _ = try server.data("POST", "/api/v1/ingestion/stop")
        let ended = try await server.ended(job)
        #expect(["stopped", "completed"].contains(ended["status"] as? String ?? ""), "\(ended)")
        #expect(ContinuousClock.now - began < .seconds(5))
    }

    /// It was read on, and its values kept coming.
    @Test func `deleting a source ends what reads it`() async throws {
        let server = try await IngestionServer()
        var text = "id,timestamp,value\n"
        for number in 0..<60_000 { text += "e,2024-01-01T00:00:00.\(1_000_000 + number)Z,\(number)\n" }
        try server.write("d.csv", text)
        let id = try server.source("s", #"{"path":"d.csv"}"#)
        let started = try server.data("POST", "/api/v1/ingestion/start", body: #"{"options":{"batch_size":50}}"#)
        while try server.server.store.statistics().cells < 100 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try server.server.ask("DELETE", "/api/v1/sources/\(id)").status == 204)
        let job = try await server.ended(try #require(started["job_id"] as? String))
        #expect(job["status"] as? String == "stopped")
        try await Task.sleep(for: .milliseconds(500))
        let cells = try server.server.store.statistics().cells
        try await Task.sleep(for: .milliseconds(300))
        #expect(try server.server.store.statistics().cells == cells && cells < 60_000)
    }
}
