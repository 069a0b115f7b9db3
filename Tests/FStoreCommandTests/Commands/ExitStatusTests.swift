import FStore
import FStoreTestSupport
import Foundation
import Testing

@Suite("Exit statuses")
struct ExitStatusTests {
    @Test func `every failure has its status, and machines get an object`() throws {
        let store = try TemporaryStore()
        let none = try store.run("get", "a", "b", "--json", status: 66)
        let error = try JSONValue(none.error.utf8)["error"]
        #expect(error?["code"] == .string("no_store"))
        #expect(error?["message"]?.text?.contains(store.data) == true)
        #expect(none.output.isEmpty)
        try store.run("put", "a", "b", "1", status: 66)
        try store.run("stat", status: 66)
        try store.run("verify", status: 66)
        try store.run("load", "x.csv", "--entity", "e", "--time", "t", "--feature", "f", status: 66)
        try store.run("restore", store.path("nothing"), status: 66)
        try store.run("init", "--map-size", "16M")
        #expect(try store.run("stat", "--json").object["map_bytes"] == .number("16777216"))
        try store.run("init", status: 73)
        try store.run("init", "--map-size", "x", status: 64)
        try store.run("feature", "create", "f", "--type", "int64")
        try store.run("put", "f", "e", "1.5", status: 65)
        try store.run("put", "f", "", "1", status: 65)
        try store.run("put", "f", "e", "1", "--at", "soon", status: 64)
        try store.run("put", "f", "e", "1", "--type", "bool", status: 65)
        try store.run("put", "f", "e", "1", "--null", status: 64)
        try store.run("put", "g", "e", "1", status: 1)
        try store.run("backup", store.data, status: 73)
        try store.run("nonsense", status: 64)
        try store.run("get", "f", status: 64)
        try store.run("get", "f", "e", "--as-of", "now", "--from", "now", status: 64)
        let usage = try store.run("put", "--json", status: 64)
        #expect(try JSONValue(usage.error.utf8)["error"]?["code"] == .string("usage"))
        #expect(try store.run("--help").output.contains("75  busy"))
        #expect(try store.run("load", "--help").output.contains("--resume"))
        #expect(try store.run("--version").output.contains("."))
    }

    @Test func `a file that is no store is not taken for one`() throws {
        let store = try TemporaryStore()
        try FileManager.default.createDirectory(atPath: store.data, withIntermediateDirectories: true)
        try Data(repeating: 0x41, count: 100_000).write(to: URL(fileURLWithPath: store.data + "/values.mdb"))
        try store.run("get", "a", "b", status: 66)
        try store.run("verify", status: 1)
    }

    @Test func `a reader that goes away ends a dump quietly`() throws {
        let store = try TemporaryStore.made()
        try store.run("feature", "create", "f", "--type", "string")
        var rows = "e,t,f\n"
        for row in 0..<20_000 {
            rows += "e\(row % 10),2013-01-01T00:00:00.\(String(1_000_000 + row).dropFirst())Z,text \(row)\n"
        }
        try store.run("load", "-", "--format", "csv", "--entity", "e", "--time", "t", "--feature", "f", input: rows)
        let (process, output, error) = try store.start(["dump"])
        let first = try #require(try output.fileHandleForReading.read(upToCount: 100))
        #expect(first.count == 100)
        try output.fileHandleForReading.close()
        #expect(process.wait() == 0)
        #expect(error.fileHandleForReading.readDataToEndOfFile().isEmpty)
    }
}
