import FStore
import Testing

@Suite("dump")
struct DumpCommandTests {
    @Test func `a dump, loaded into a new store, dumps the same but for commit times`() throws {
        let store = try TemporaryStore.made()
        let values = [
            ("float64", "0.1"), ("int64", "-9223372036854775808"), ("bool", "true"), ("string", "a \"b\"\n"),
            ("bytes", "AP8="),
            ("timestamp", "2013-01-01"), ("vector(2)", "[1,2.5]"), ("json", "{\"a\":[1.00,null]}"),
        ]
        for (type, value) in values {
            try store.run(
                "feature",
                "create",
                "f \(type)",
                "--type",
                type,
                "--ttl",
                "1000d",
                "--tag",
                "t",
                "--owner",
                "o"
            )
            try store.run("put", "f \(type)", "é1", value, "--at", "2013-01-01T00:00:00.000000001Z")
            try store.run("put", "f \(type)", "é1", "--null", "--at", "2014-01-01T00:00:00Z")
            try store.run("put", "f \(type)", "é22", value, "--at", "2014-01-01T00:00:00Z")
            try store.run("delete", "f \(type)", "é22", "--at", "2014-01-01T00:00:00Z")
        }
        try store.run("feature", "create", "open")
        let dump = try store.run("dump").output
        let file = try store.file("all.dump", dump)
        let summary = try store.run("load", file, "--create", "--json", data: store.path("copy")).object
        #expect(summary["rows"] == .number("\(values.count * 2)"))
        func withoutCommits(_ text: String) throws -> [JSONValue] {
            try text.split(separator: "\n")
                .map { line in
                    guard case .object(let members) = try JSONValue(line.utf8) else { return .null }
                    return .object(members.filter { $0.name != "committed_at" })
                }
        }
        let copied = try store.run("dump", data: store.path("copy")).output
        #expect(try withoutCommits(copied) == withoutCommits(dump))
        #expect(try withoutCommits(dump).count == values.count * 3 + 1)
    }

    @Test func `only the features and times asked for`() throws {
        let store = try TemporaryStore.made()
        for feature in ["a", "b"] {
            try store.run("feature", "create", feature, "--type", "int64")
            for day in 1...3 { try store.run("put", feature, "e", "\(day)", "--at", "2013-01-0\(day)") }
        }
        let lines = try store.run("dump", "b", "--from", "2013-01-02", "--to", "2013-01-02", "--cells-only").objects
        #expect(lines.count == 1)
        #expect(lines[0]["feature"] == .string("b"))
        #expect(lines[0]["value"] == .number("2"))
        try store.run("dump", "nope", status: 1)
    }

    @Test func `a dump of version 0.1 is read`() throws {
        let store = try TemporaryStore()
        let dump = """
            {"define":"a","type":"int64","ttl":"2h","max_age":null,"max_versions":3,"description":"","owner":"me","tags":["t"],"source":""}
            {"feature":"a","entity":"x","event_time":"2013-01-01T05:00:00Z","commit_time":"2026-11-21T09:51:59Z","value":1}
            """
        try store.run("load", store.file("old.dump", dump), "--create")
        #expect(try store.run("get", "a", "x", "--as-of", "2013-01-01 06:00", "--json").object["value"] == .number("1"))
        let feature = try store.run("feature", "show", "a", "--json").object
        #expect(feature["value_type"] == .string("int64") && feature["ttl"] == .string("2h"))
        #expect(feature["retention"]?["max_versions"] == .number("3") && feature["owner"] == .string("me"))
    }
}
