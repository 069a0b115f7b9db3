import FStoreTestSupport
import FStore
import Foundation
import Testing

/// Inputs as people have them: each of these was loaded wrongly, or refused without a reason that helps.
@Suite("load, of inputs as people have them")
struct LoadInputTests {
    private static let columns = ["--create", "--entity", "id", "--time", "ts"]

    private struct Load {
        let status: Int32
        let output: String
        let error: String

        var summary: JSONValue? { try? JSONValue(output.utf8.filter { $0 != 0x0A }) }
    }

    /// Loads a text with the columns `id` and `ts` from a file of this name.
    private static func load(
        _ text: String,
        _ arguments: String...,
        into store: TemporaryStore,
        as name: String = "a.csv"
    ) throws -> Load {
        let file = try store.file(name, text)
        let (process, output, error) = try store.start(["load", file] + columns + arguments)
        let written = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return Load(status: process.wait(), output: written, error: complaint)
    }

    private static func exists(_ store: TemporaryStore) -> Bool {
        FileManager.default.fileExists(atPath: store.data)
    }

    @Test func `numbers keep their digits or are refused, in CSV and NDJSON`() throws {
        let store = try TemporaryStore()
        let csv = "id,ts,v\na,2024-01-01,12345678901234567890\nb,2024-01-01,9223372036854775807\nc,2024-01-01,1.5\n"
        let load = try Self.load(csv, "--feature", "v", "--json", into: store)
        #expect(load.status == 65)
        #expect(load.summary?["rejected"] == .number("2"))
        #expect(load.error.contains("line 2: v: the whole number 12345678901234567890 lies beyond 2^53"))
        let lines =
            "{\"id\":\"d\",\"ts\":\"2024-01-01\",\"v\":1}\n{\"id\":\"e\",\"ts\":\"2024-01-01\",\"v\":18446744073709551615}\n"
        #expect(try Self.load(lines, "--feature", "open=v", into: store, as: "a.ndjson").error.contains("line 2: v: "))
        // What pandas makes of a column of integers with a gap.
        let pandas = "id,ts,clicks\na,2024-01-01,1.0\nb,2024-01-01,\nc,2024-01-01,3.0\n"
        #expect(try Self.load(pandas, "--feature", "clicks:int64", into: store, as: "p.csv").status == 0)
        #expect(try store.run("get", "clicks", "c", "--json").object["value"] == .number("3"))
    }

    @Test func `times of PostgreSQL, of pandas and with exponents are read`() throws {
        let store = try TemporaryStore()
        let csv = """
            id,ts,v
            a,2023-02-10 15:45:31+01,1
            b,2023-02-10 15:41:33.895+00,2
            c,2023-02-10T15:45:31+0100,3
            d,2023-02-10T15:45+01:00,4
            """
        #expect(try Self.load(csv, "--feature", "v", into: store).status == 0)
        #expect(try store.run("get", "v", "d", "--json").object["timestamp"] == .string("2023-02-10T14:45:00Z"))
        let epochs = "id,ts,v\na,1.7040672e+12,1\nb,1704067200000,1\n"
        #expect(try Self.load(epochs, "--feature", "ms=v", "--time-unit", "ms", into: store, as: "e.csv").status == 0)
        #expect(try store.run("get", "ms", "a", "--json").object["timestamp"] == .string("2024-01-01T00:00:00Z"))
        let seconds = try Self.load(epochs, "--feature", "s=v", "--time-unit", "s", into: store, as: "e.csv")
        #expect(seconds.error.contains("is the unit ms?"))
    }

    @Test func `local times are read in their zone, and an hour that came twice is refused`() throws {
        let store = try TemporaryStore()
        let csv =
            "id,ts,v\na,2024-07-01 12:00,1\nb,2024-10-27 02:30,2\nc,2024-03-31 02:30,3\nd,2024-10-27 02:30+02:00,4\n"
        let load = try Self.load(csv, "--feature", "v", "--time-zone", "Europe/Zurich", into: store)
        #expect(load.status == 65)
        #expect(load.output.hasPrefix("rows         2\n"))
        #expect(load.error.contains("line 3: ts: the time \"2024-10-27 02:30\" was twice in Europe/Zurich"))
        #expect(load.error.contains("line 4: ts: the time \"2024-03-31 02:30\" never was in Europe/Zurich"))
        #expect(try store.run("get", "v", "a", "--json").object["timestamp"] == .string("2024-07-01T10:00:00Z"))
        for zone in ["Europe/Zuerich", "../../etc/passwd", "", "/etc/localtime"] {
            #expect(try Self.load(csv, "--feature", "v", "--time-zone", zone, into: store).status == 64)
        }
        #expect(
            try Self.load(csv, "--feature", "v", "--time-zone", "UTC", "--time-unit", "s", into: store).status == 64
        )
    }

    @Test func `a byte order mark costs no row, in any format`() throws {
        let store = try TemporaryStore()
        #expect(try Self.load("\u{FEFF}id,ts,v\na,2024-01-01,1\n", "--feature", "v", into: store).status == 0)
        let lines = "\u{FEFF}{\"id\":\"a\",\"ts\":\"2024-01-01\",\"n\":1}\n"
        #expect(try Self.load(lines, "--feature", "n", into: store, as: "a.ndjson").status == 0)
        let dump = "\u{FEFF}" + (try store.run("dump").output)
        let copy = try TemporaryStore()
        try copy.run("load", copy.file("a.dump", dump), "--create")
        #expect(try copy.run("dump", "--cells-only").lines.count == 2)
        let utf16 = try copy.file("u.csv", "")
        try Data([0xFF, 0xFE, 0x69, 0, 0x64, 0]).write(to: URL(fileURLWithPath: utf16))
        #expect(
            try copy.run("load", utf16, "--entity", "id", "--time", "ts", "--feature", "v", status: 65).error
                .contains("UTF-16")
        )
    }

    @Test func `what is ambiguous is refused, and nothing is made`() throws {
        let store = try TemporaryStore()
        let twice = try Self.load("id,ts,v,v\na,2024-01-01,1,2\n", "--feature", "v", into: store)
        #expect(twice.status == 65)
        #expect(twice.error.contains("the column \"v\" twice, as number 3 and as number 4"))
        // A column that nobody asks for may occur twice.
        #expect(!Self.exists(store))
        #expect(try Self.load("id,ts,x,v,x\na,2024-01-01,,1,\n", "--feature", "v", into: store).status == 0)
        let argument = try Self.load("id,ts,v\n", "--feature", "v", "--feature", "v=w", into: store)
        #expect(argument.status == 64)
        #expect(argument.error.contains("--feature v is given twice"))
        let member = "{\"id\":\"a\",\"ts\":\"2024-01-01\",\"v\":1,\"v\":2}\n"
        #expect(try Self.load(member, "--feature", "v", into: store, as: "a.ndjson").error.contains("line 1: "))
        let type = try Self.load("id,ts,temp\na,2024-01-01,1\n", "--feature", "temp:float", into: store)
        #expect(type.status == 64)
        #expect(type.error.contains("did you mean float64?"))
    }

    /// It loaded nothing, said so with status 0, and left a feature of the misspelled name behind.
    @Test func `a column that never occurs is an error, and its feature is not made`() throws {
        let lines =
            "{\"id\":\"a\",\"ts\":\"2024-01-01\",\"temp\":1}\n{\"id\":\"b\",\"ts\":\"2024-01-01\",\"temp\":null}\n"
        let store = try TemporaryStore()
        let load = try Self.load(lines, "--feature", "tmep", into: store, as: "w.ndjson")
        #expect(load.status == 65)
        #expect(load.error.contains("the member \"tmep\" does not occur in the input"))
        #expect(!Self.exists(store))
        let both = try Self.load(lines, "--feature", "temp", "--feature", "tmep", into: store, as: "w.ndjson")
        #expect(both.status == 65)
        #expect(try store.run("feature", "list", "--json").objects.map { $0["name"] } == [.string("temp")])
        #expect(try store.run("get", "temp", "b", "--json").object["status"] == .string("NULL"))
        let csv = try Self.load("id,ts,temp\na,2024-01-01,1\n", "--feature", "tmep", into: TemporaryStore())
        #expect(csv.error.contains("did you mean \"temp\"?"))
    }

    @Test func `an input that does not fit leaves nothing behind`() throws {
        for (text, name) in [
            ("", "a.csv"), ("id,when,v\n", "a.csv"), ("id,ts,v\na,yesterday,1\n", "a.csv"), ("id,ts,v\n\"a", "a.csv"),
            ("nonsense\n", "a.ndjson"), ("{\"define\":\"v\",\"type\":\"float\"}\n", "a.dump"),
        ] {
            let store = try TemporaryStore()
            #expect(try Self.load(text, "--feature", "v", into: store, as: name).status == 65, "\(text)")
            #expect(!Self.exists(store), "\(text)")
        }
        let store = try TemporaryStore.made()
        #expect(try Self.load("id,ts,v\na,yesterday,1\n", "--feature", "v", into: store).status == 65)
        #expect(try store.run("feature", "list").lines.count == 1)
    }

    @Test func `the first reasons are told, and a load of which nothing fits ends early`() throws {
        let store = try TemporaryStore()
        let rows = (0..<5).map { "e\($0),2024-01-0\($0 + 1),\($0 == 2 ? "1" : "x")\n" }.joined()
        let some = try Self.load("id,ts,v\n" + rows, "--feature", "v", "--json", into: store)
        #expect(some.status == 65)
        let errors = try #require(some.summary?["errors"])
        guard case .array(let told) = errors else { return #expect(Bool(false)) }
        #expect(told.map { $0["line"] } == [.number("2"), .number("3"), .number("5")])
        #expect(told.first?["field"] == .string("v"))
        let plain = try Self.load("id,ts,v\n" + rows, "--feature", "v", "--restart", into: store)
        #expect(
            plain.error.contains(
                "4 rows were rejected; --reject FILE keeps them\n  line 2: v: \"x\" is not a float64\n"
            )
        )
        let all = "id,ts,v\n" + (0..<3000).map { "e\($0),2024-01-01,x\n" }.joined()
        let empty = try TemporaryStore()
        let stopped = try Self.load(all, "--feature", "v", "--reject", empty.path("rejects"), into: empty)
        #expect(stopped.status == 65)
        #expect(stopped.error.contains("all of the first 1000 rows were rejected"))
        #expect(stopped.error.contains("line 2: v: "))
        #expect(!Self.exists(empty))
        #expect(try String(contentsOfFile: empty.path("rejects"), encoding: .utf8).split(separator: "\n").count == 1001)
        // One that fits among them, and the load goes on to its end.
        let late = all + "e,2024-01-01,1\n"
        let first = late.replacingOccurrences(of: "e999,2024-01-01,x", with: "e999,2024-01-01,1")
        #expect(try Self.load(first, "--feature", "v", "--json", into: empty).summary?["rows"] == .number("2"))
    }

    /// A corrected file of the same size was taken for done: only its size and first bytes were compared.
    @Test func `a corrected file is not taken for the one that was loaded`() throws {
        let store = try TemporaryStore()
        let text = "id,ts,v\n" + (0..<10_000).map { "e\($0 + 10_000),2024-01-01,\($0 % 10)\n" }.joined()
        #expect(try Self.load(text, "--feature", "v", "--resume", into: store, as: "nightly.csv").status == 0)
        let again = try Self.load(text, "--feature", "v", "--resume", into: store, as: "nightly.csv")
        #expect(again.status == 0)
        #expect(again.output.hasPrefix("nothing was read: the load \"nightly.csv\" is done"))
        #expect(
            try Self.load(text, "--feature", "v", "--resume", "--json", into: store, as: "nightly.csv").summary?[
                "was_done"
            ] == .bool(true)
        )
        for corrected in [text.dropLast(2) + "5\n", text + "e,2024-01-01,1\n", "\(text.dropLast(20))"] {
            let other = try Self.load(String(corrected), "--feature", "v", "--resume", into: store, as: "nightly.csv")
            #expect(other.status == 65)
            #expect(other.error.contains("another input") && other.error.contains("--restart"))
        }
        #expect(
            try Self
                .load(String(text.dropLast(2) + "5\n"), "--feature", "v", "--restart", into: store, as: "nightly.csv")
                .status == 0
        )
        #expect(try store.run("get", "v", "e19999", "--json").object["value"] == .number("5.0"))
    }

    /// Namibia, and what R writes for no value.
    @Test func `NA is a text where texts are loaded`() throws {
        let store = try TemporaryStore()
        let csv = "id,ts,country,wind\nu,2024-01-01,US,1\nu,2024-06-01,NA,NA\n"
        #expect(try Self.load(csv, "--feature", "country:string", "--feature", "wind", into: store).status == 0)
        #expect(try store.run("get", "country", "u", "--json").object["value"] == .string("NA"))
        #expect(try store.run("get", "wind", "u", "--json").object["value"] == .number("1.0"))
        // An entity of that name is refused aloud, and taken when the load says so.
        let entity = "id,ts,wind\nNA,2024-01-01,2\n"
        let refused = try Self.load(entity, "--feature", "wind", into: store)
        #expect(refused.status == 65 && refused.error.contains("unless --missing says otherwise"))
        #expect(try Self.load(entity, "--feature", "wind", "--missing", "", "--restart", into: store).status == 0)
        #expect(try store.run("get", "wind", "NA", "--json").object["value"] == .number("2.0"))
        let named = "id,ts,country\nu,2024-01-01,US\nu,2024-06-01,NA\n"
        #expect(try Self.load(named, "--feature", "named=country:string", "--missing", "NA", into: store).status == 0)
        #expect(try store.run("get", "named", "u", "--json").object["value"] == .string("US"))
    }
}
