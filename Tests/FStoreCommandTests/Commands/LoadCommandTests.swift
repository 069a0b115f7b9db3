import FStore
import FStoreTestSupport
import Foundation
import Testing

@Suite("load")
struct LoadCommandTests {
    static let csv = """
        id,day,wind,note
        JFK,2013-01-01T00:00:00Z,1.5,"a, ""b"" c"
        JFK,2013-01-02T00:00:00Z,NA,
        LGA,2013-01-01T00:00:00Z,-2,"x
        y"

        """

    @Test func `a CSV file makes the store, its features and its values`() throws {
        let store = try TemporaryStore()
        let file = try store.file("a.csv", Self.csv)
        let summary =
            try store.run(
                "load",
                file,
                "--create",
                "--entity",
                "id",
                "--time",
                "day",
                "--feature",
                "speed=wind",
                "--feature",
                "note:string",
                "--json"
            )
            .object
        #expect(summary["rows"] == .number("3"))
        #expect(summary["cells"] == .number("5"))
        #expect(summary["rejected"] == .number("0"))
        #expect(summary["last_commit_time"]?.text?.hasSuffix("Z") == true)
        #expect(try store.run("get", "speed", "JFK", "--json").object["value"] == .number("1.5"))
        let first = try store.run("get", "note", "JFK", "--as-of", "2013-01-01", "--json").object
        #expect(first["value"] == .string("a, \"b\" c"))
        // A text may be empty.
        #expect(try store.run("get", "note", "JFK", "--json").object["value"] == .string(""))
        #expect(try store.run("get", "note", "LGA", "--json").object["value"] == .string("x\ny"))
        #expect(try store.run("feature", "show", "speed", "--json").object["value_type"] == .string("float64"))
    }

    @Test func `missing cells can be written as null`() throws {
        let store = try TemporaryStore()
        let file = try store.file("a.csv", Self.csv)
        try store.run(
            "load",
            file,
            "--create",
            "--entity",
            "id",
            "--time",
            "day",
            "--feature",
            "wind",
            "--missing-as-null"
        )
        #expect(try store.run("get", "wind", "JFK", "--json").object["status"] == .string("NULL"))
    }

    @Test func `bad rows are told with line and reason, and no cell of them is written`() throws {
        let store = try TemporaryStore()
        let rows = """
            id,t,a,b
            x,2013-01-01T00:00:00Z,1,1
            x,2013-01-02T00:00:00Z,1,oops
            x,yesterday,1,1
            ,2013-01-03T00:00:00Z,1,1
            x,2013-01-03T00:00:00Z,1
            x,2013-01-04T00:00:00Z,"1"2,1
            x,2013-01-05T00:00:00Z,9007199254740993,1
            \(String(repeating: "x", count: 256)),2013-01-05T00:00:00Z,1,1
            x,2013-01-06T00:00:00Z,6,6
            """
        let file = try store.file("a.csv", rows)
        let arguments = ["--create", "--entity", "id", "--time", "t", "--feature", "a", "--feature", "b"]
        let (process, output, error) = try store.start(
            ["load", file, "--json", "--reject", store.path("rejects.csv")] + arguments
        )
        let summary = try JSONValue(output.fileHandleForReading.readDataToEndOfFile().filter { $0 != 0x0A })
        #expect(process.wait() == 65)
        #expect(String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).contains("7 rows"))
        #expect(summary["rows"] == .number("2"))
        #expect(summary["rejected"] == .number("7"))
        let rejects = try String(contentsOfFile: store.path("rejects.csv"), encoding: .utf8).split(separator: "\n")
        #expect(rejects.count == 8)
        #expect(rejects[0] == "line,reason,row")
        #expect(rejects[1] == "3,\"b: \"\"oops\"\" is not a float64\",\"x,2013-01-02T00:00:00Z,1,oops\"")
        #expect(rejects.dropFirst().map { $0.prefix { $0 != "," } } == ["3", "4", "5", "6", "7", "8", "9"])
        #expect(try store.run("get", "a", "x", "--from", "2000-01-01", "--json").objects.count == 2)
        let stopped = try store.run(
            "load",
            file,
            "--entity",
            "id",
            "--time",
            "t",
            "--feature",
            "a",
            "--feature",
            "b",
            "--max-rejects",
            "2",
            status: 65
        )
        #expect(stopped.error.contains("line 5"))
    }

    @Test func `NDJSON, several entity columns, and numbers for times`() throws {
        let store = try TemporaryStore()
        let lines = """
            {"a":"x","b":7,"t":1357027200,"v":3,"s":"q","o":{"k":[1.0]}}
            {"a":"x","b":7,"t":1357027201.5,"v":null}
            {"a":"x","b":7,"t":1357027202,"v":"text"}
            [1]
            {"a":"x","t":1357027203,"v":1}
            {"a":"y","b":"z","t":"1357027204","v":4}
            """
        let file = try store.file("a.ndjson", lines)
        let run = try store.run(
            "load",
            file,
            "--create",
            "--entity",
            "a+b",
            "--entity-separator",
            "/",
            "--time",
            "t",
            "--time-unit",
            "s",
            "--feature",
            "v",
            "--feature",
            "s",
            "--feature",
            "o",
            "--json",
            status: 65
        )
        #expect(try run.object["rows"] == .number("3"))
        #expect(try run.object["rejected"] == .number("3"))
        #expect(try store.run("get", "v", "x/7", "--json").object["status"] == .string("NULL"))
        #expect(
            try store.run("get", "v", "x/7", "--as-of", "2013-01-01T08:00:00Z", "--json").object["value"]
                == .number("3.0")
        )
        #expect(try store.run("get", "v", "y/z", "--json").object["timestamp"] == .string("2013-01-01T08:00:04Z"))
        #expect(try store.run("get", "o", "x/7", "--json").output.contains("\"value\":{\"k\":[1.0]}"))
        #expect(try store.run("feature", "show", "s", "--json").object["value_type"] == .string("string"))
    }

    @Test func `what cannot be begun is refused before anything is written`() throws {
        let store = try TemporaryStore.made()
        let file = try store.file("a.csv", Self.csv)
        try store.run("load", file, "--entity", "id", "--time", "day", "--feature", "wind", status: 1)
        try store.run("load", file, "--create", "--entity", "nope", "--time", "day", "--feature", "wind", status: 65)
        try store.run("load", file, "--entity", "id", "--feature", "wind", status: 64)
        try store.run("load", "-", "--entity", "id", "--time", "day", "--feature", "wind", status: 64)
        try store.run(
            "load",
            file,
            "--entity",
            "id",
            "--time",
            "day",
            "--feature",
            "wind",
            "--delimiter",
            "ab",
            status: 64
        )
        try store.run("load", store.path("none.csv"), "--entity", "i", "--time", "d", "--feature", "w", status: 66)
        try store.run("feature", "create", "note", "--type", "bool")
        try store.run("load", file, "--entity", "id", "--time", "day", "--feature", "note:string", status: 65)
        let open = try store.file("open.csv", "id,day,wind\nx,\"2013,1\n")
        #expect(
            try store.run("load", open, "--create", "--entity", "id", "--time", "day", "--feature", "wind", status: 65)
                .error.contains("never closed")
        )
    }
}
