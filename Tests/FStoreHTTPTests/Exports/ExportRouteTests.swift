import FStore
import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("Exports", .blocking)
struct ExportRouteTests {
    private static func server(_ text: String, _ config: String = #"{"path":"d.csv"}"#) async throws -> IngestionServer
    {
        let server = try await IngestionServer()
        try server.write("d.csv", text)
        _ = try server.source("s", config)
        _ = try await server.run()
        return server
    }

    private static func export(_ server: IngestionServer, _ body: String, key: String? = nil) async throws -> String {
        let path = "/api/v1/data/export"
        let made =
            try key.map { try server.server.ask("POST", path, key: $0, body: body) }
            ?? server.server.ask("POST", path, body: body)
        try #require(made.status == 200, "\(made.text)")
        let data = try #require(made.object["data"] as? [String: Any])
        #expect(data["status"] as? String == "processing" && data["estimated_completion"] is String)
        let id = try #require(data["export_id"] as? String)
        #expect(data["download_url"] as? String == "\(path)/\(id)/download")
        return id
    }

    private static func ended(_ server: IngestionServer, _ id: String) async throws -> [String: Any] {
        for _ in 0..<500 {
            let found = try server.data("GET", "/api/v1/data/export/\(id)")
            if found["status"] as? String != "processing" { return found }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw IngestionServer.Failure(text: "the export has not ended")
    }

    private static func download(_ server: IngestionServer, _ body: String) async throws -> String {
        let id = try await export(server, body)
        let found = try await ended(server, id)
        try #require(found["status"] as? String == "completed", "\(found)")
        let file = try server.server.ask("GET", "/api/v1/data/export/\(id)/download")
        #expect(file.status == 200 && file.body.count == found["file_size_bytes"] as? Int)
        return file.text
    }

    @Test func `the three formats hold the same records`() async throws {
        let text =
            "id,timestamp,value,city\na,2024-01-01T00:00:00Z,1.5,\"Bern, \"\"CH\"\"\"\nb,2024-01-02T00:00:00Z,2,\n"
        let server = try await Self.server(text)
        let columns = #""columns":["id","timestamp","value","metadata"]"#
        let csv = try await Self.download(server, #"{"format":"csv",\#(columns)}"#)
        let quoted = #""{""city"":""Bern, \""CH\""""}""#
        #expect(
            csv == "id,timestamp,value,metadata\na,2024-01-01T00:00:00Z,1.5,\(quoted)\nb,2024-01-02T00:00:00Z,2.0,{}\n"
        )
        let a = #"{"id":"a","timestamp":"2024-01-01T00:00:00Z","value":1.5,"metadata":{"city":"Bern, \"CH\""}}"#
        let b = #"{"id":"b","timestamp":"2024-01-02T00:00:00Z","value":2.0,"metadata":{}}"#
        #expect(try await Self.download(server, #"{"format":"ndjson",\#(columns)}"#) == "\(a)\n\(b)\n")
        #expect(try await Self.download(server, #"{"format":"json",\#(columns)}"#) == "[\n\(a),\n\(b)\n]\n")
        let filters = #""filters":{"source":"s","date_range":{"start":"2024-01-02"},"value_range":{"max":2}}"#
        let some = try await Self.download(server, #"{"format":"csv","columns":["id"],\#(filters)}"#)
        #expect(some == "id\nb\n")
    }

    /// Opened in a spreadsheet, a cell such as =cmd|… runs a program.
    @Test func `texts that a spreadsheet would run are no formulas, and numbers stay numbers`() async throws {
        let rows = ["=1+1", "+1", "-1", "@x", "\tx", "plain"].map { "\"\($0)\",2024-01-01,-5,\"\($0)\"\n" }.joined()
        let config = #"{"path":"d.csv","mapping":{"values":["number","text"]}}"#
        let server = try await Self.server("id,timestamp,number,text\n" + rows, config)
        let columns = #""columns":["id","value"]"#
        let csv = try await Self.download(server, #"{"format":"csv",\#(columns)}"#)
        for text in ["=1+1", "+1", "-1", "@x", "\tx"] { #expect(csv.contains("'\(text),'\(text)\n"), "\(csv)") }
        #expect(csv.contains("plain,plain\n") && csv.contains("'=1+1,-5.0\n"))
        let raw = try await Self.download(server, #"{"format":"csv","raw":true,\#(columns)}"#)
        #expect(raw.contains("=1+1,=1+1\n") && !raw.contains("'"))
    }

    @Test func `more records than a read looks at are all there, once`() async throws {
        var text = "id,timestamp,value\n"
        // One entity with more values than a slice has, and more entities than a slice takes.
        for number in 0..<45_000 { text += "one,\(number),\(number)\n" }
        for number in 0..<2500 { text += "e\(number),0,\(number)\n" }
        let server = try await Self.server(text, #"{"path":"d.csv","mapping":{"time_unit":"s"}}"#)
        let lines = try await Self.download(server, #"{"format":"csv","columns":["id","timestamp"]}"#)
            .split(separator: "\n")
        #expect(lines.count == 47_501 && Set(lines).count == 47_501)
        let query = try server.data("POST", "/api/v1/data/query", body: "{}")
        #expect((query["pagination"] as? [String: Any])?["total"] as? Int == 47_500)
    }

    @Test func `parts of a file`() async throws {
        let server = try await Self.server("id,timestamp,value\na,2024-01-01,1\n")
        let id = try await Self.export(server, #"{"format":"csv","columns":["id","value"]}"#)
        _ = try await Self.ended(server, id)
        let path = "/api/v1/data/export/\(id)/download"
        let whole = "id,value\na,1.0\n"
        for (range, status, text) in [
            ("bytes=0-1", 206, "id"), ("bytes=3-", 206, String(whole.dropFirst(3))),
            ("bytes=-5", 206, "a,1.0\n".suffix(5).description),
            ("bytes=3-1000", 206, String(whole.dropFirst(3))), ("bytes=15-", 416, ""), ("bytes=-0", 416, ""),
            ("bytes=2-1", 200, whole), ("bytes=0-1,3-4", 200, whole), ("lines=0-1", 200, whole),
            ("bytes=x", 200, whole),
            ("bytes=99999999999999999999-", 416, ""),
        ] {
            let answer = try server.server.ask("GET", path, headers: [("Range", range)])
            #expect(answer.status == status, "\(range): \(answer.status)")
            if status != 416 { #expect(answer.text == text, "\(range)") }
        }
        let part = try server.server.ask("GET", path, headers: [("Range", "bytes=0-1")])
        #expect(part.header("content-range") == "bytes 0-1/15" && part.header("accept-ranges") == "bytes")
        #expect(part.header("content-disposition") == "attachment; filename=\"\(id).csv\"")
        let stale = try server.server.ask("GET", path, headers: [("Range", "bytes=0-1"), ("If-Range", "\"other\"")])
        #expect(stale.status == 200 && stale.text == whole)
    }

    @Test func `only who asked for it may have it`() async throws {
        let server = try await Self.server("id,timestamp,value\na,2024-01-01,1\n")
        let id = try await Self.export(server, #"{"format":"csv"}"#)
        _ = try await Self.ended(server, id)
        let colleague = try await server.server.key(.admin)
        let stranger = try await server.server.key(.admin, organization: "others")
        for key in [colleague, stranger] {
            #expect(try server.server.ask("GET", "/api/v1/data/export/\(id)", key: key).status == 404)
            #expect(try server.server.ask("GET", "/api/v1/data/export/\(id)/download", key: key).status == 404)
        }
        for name in ["..", "%2e%2e%2fcatalog.sqlite", "export_0", id + ".part"] {
            #expect(try server.server.ask("GET", "/api/v1/data/export/\(name)/download").status == 404)
        }
    }

    @Test(arguments: [
        (#"{"format":"xlsx"}"#, 422), ("{}", 422), (#"{"format":"csv","columns":["id","id"]}"#, 422),
        (#"{"format":"csv","columns":[]}"#, 422), (#"{"format":"csv","filters":{"source":"none"}}"#, 404),
    ])
    func `what cannot be meant is refused`(body: String, status: Int) async throws {
        let server = try await IngestionServer()
        let answer = try server.server.ask("POST", "/api/v1/data/export", body: body)
        #expect(answer.status == status, "\(answer.text)")
    }

    @Test func `a file that is lost is said to be gone`() async throws {
        let server = try await Self.server("id,timestamp,value\na,2024-01-01,1\n")
        let id = try await Self.export(server, #"{"format":"csv"}"#)
        _ = try await Self.ended(server, id)
        let file = server.server.directory.appending(path: "exports/\(id)")
        #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
        try FileManager.default.removeItem(at: file)
        #expect(try server.server.ask("GET", "/api/v1/data/export/\(id)/download").status == 410)
    }
}
