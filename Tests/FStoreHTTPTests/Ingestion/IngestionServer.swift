import FStoreConnectors
import FStoreServices
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

/// A server that reads files of a directory of its own.
final class IngestionServer: Sendable {
    let root: URL
    let server: TestServer

    init() async throws {
        root = FileManager.default.temporaryDirectory.appending(path: "fstore-ingest-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        var settings = IngestionSettings()
        settings.root = try IngestRoot(root.path)
        server = try await TestServer(ingestion: settings)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ bytes: Data) throws {
        let url = root.appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: url)
    }

    /// Makes a source and returns its id.
    func source(_ name: String, _ config: String, more: String = "", type: String = "file") throws -> String {
        let body = #"{"type":"\#(type)","name":"\#(name)","config":\#(config)\#(more)}"#
        let answer = try server.ask("POST", "/api/v1/sources", body: body)
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer.object["id"] as? String)
    }

    /// `data` of an answer of document 001.
    func data(_ method: String, _ path: String, body: String? = nil) throws -> [String: Any] {
        let answer = try server.ask(method, path, body: body)
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(answer.object["data"] as? [String: Any])
    }

    /// Starts a job and waits until it has ended.
    func run(_ body: String? = nil) async throws -> [String: Any] {
        let started = try data("POST", "/api/v1/ingestion/start", body: body)
        return try await ended(try #require(started["job_id"] as? String))
    }

    func ended(_ job: String) async throws -> [String: Any] {
        for _ in 0..<1000 {
            let found = try data("GET", "/api/v1/ingestion/jobs/\(job)")
            if found["status"] as? String != "running" { return found }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure(text: "the job \(job) has not ended")
    }

    struct Failure: Error { let text: String }

    /// The values of a feature, as `entity time value`, newest first for each entity.
    func values(_ feature: String, _ entities: String) throws -> [String] {
        let path = "/api/v1/features/\(feature)/values?entity_ids=\(entities)&start_time=1970-01-01&end_time=2200-01-01"
        let answer = try server.ask("GET", path)
        try #require(answer.status == 200, "\(answer.text)")
        return (answer.object["items"] as? [[String: Any]] ?? [])
            .map { item in
                "\(item["entity_id"] ?? "") \(item["timestamp"] ?? "") \(item["value"] ?? "")"
            }
    }
}
