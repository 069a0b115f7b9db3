import FStore
import FStoreTestSupport
import Foundation
import Testing

@Suite("stat, verify, backup, restore and erase")
struct MaintenanceCommandTests {
    static func filled(rows: Int = 2000) throws -> TemporaryStore {
        let store = try TemporaryStore.made()
        var text = "e,t,v,s\n"
        for row in 0..<rows { text += "entity \(row % 20),\(row),\(row),text \(row)\n" }
        try store.run(
            "load",
            "-",
            "--format",
            "csv",
            "--create",
            "--entity",
            "e",
            "--time",
            "t",
            "--time-unit",
            "s",
            "--feature",
            "v",
            "--feature",
            "s:string",
            input: text
        )
        return store
    }

    @Test func `a backup, restored, dumps the same`() throws {
        let store = try Self.filled()
        try store.run("backup", store.path("backup"))
        try store.run("backup", store.path("backup"), status: 73)
        try store.run("restore", store.path("backup"), data: store.path("restored"))
        try store.run("restore", store.path("backup"), status: 73)
        #expect(try store.run("dump", data: store.path("restored")).output == store.run("dump").output)
        #expect(try store.run("verify", data: store.path("restored")).output.hasPrefix("sound: 4000 cells"))
    }

    @Test func `statistics have every number`() throws {
        let store = try Self.filled()
        let object = try store.run("stat", "--json").object
        #expect(object["features"] == .number("2"))
        #expect(object["cells"] == .number("4000"))
        #expect(object["latest_rows"] == .number("40"))
        #expect(object["warnings"] == .array([]))
        #expect(object["readers"] == .array([]))
        #expect(try store.run("stat").output.contains("4000"))
    }

    @Test func `a map that is nearly full is warned of, and one that is full is told`() throws {
        let store = try TemporaryStore()
        try store.run("init", "--map-size", "1M")
        try store.run("feature", "create", "s", "--type", "string")
        var isFull = false
        for row in 0..<60 where !isFull {
            let text = String(repeating: "\(row % 10)", count: 20_000)
            let (process, _, error) = try store.start(["put", "s", "e\(row)", text])
            if process.wait() == 74 {
                isFull = true
                let reason = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                #expect(reason.contains("map size"))
            }
        }
        #expect(isFull)
        #expect(try store.run("stat").output.contains("warning: the map is"))
        try store.run("get", "s", "e0")
    }

    @Test func `an entity and a feature are erased, history and all, but not by accident`() throws {
        let store = try Self.filled()
        try store.run("erase", "--entity", "entity 7", status: 64)
        try store.run("erase", "--yes", status: 64)
        #expect(try store.run("erase", "--entity", "entity 7", "--yes", "--json").object["cells"] == .number("200"))
        try store.run("get", "v", "entity 7", status: 1)
        try store.run("get", "v", "entity 8")
        try store.run("erase", "--feature", "v", "--yes")
        try store.run("get", "v", "entity 8", status: 1)
        try store.run("get", "s", "entity 8")
        #expect(try store.run("stat", "--json").object["cells"] == .number("1900"))
        try store.run("verify")
    }

    @Test func `damage anywhere in the file is found, and never called sound`() throws {
        let store = try Self.filled()
        let file = store.data + "/values.mdb"
        let sound = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(try store.run("verify", "--json").object["sound"] == .bool(true))
        // One bit in the middle of each stored text: the checksum of the cell tells.
        let place = try #require(sound.range(of: Data("text 1234".utf8)))
        var flipped = sound
        flipped[place.lowerBound + 3] ^= 1
        try flipped.write(to: URL(fileURLWithPath: file))
        let report = try store.run("verify", "--json", status: 1).object
        #expect(report["sound"] == .bool(false))
        #expect(report["problem_count"] != .number("0"))
        // It printed the bytes of the key, which tell nobody which value to write again.
        let text = try store.run("verify", status: 1).output
        #expect(text.hasPrefix("damaged"))
        #expect(text.contains("history, feature \"s\", entity \"entity ") && text.contains(", event time "))
        // Whole pages of nonsense, in which the walk may come down.
        for page in 2..<min(40, sound.count / 4096) {
            var broken = sound
            broken.replaceSubrange(page * 4096..<(page + 1) * 4096, with: Data(repeating: 0xA5, count: 4096))
            try broken.write(to: URL(fileURLWithPath: file))
            let (process, output, _) = try store.start(["verify", "--json"])
            let text = output.fileHandleForReading.readDataToEndOfFile()
            let status = process.wait()
            // A page that is free holds nothing: then the store is sound.
            #expect(status == 0 || status == 1, "page \(page)")
            let isSound = try JSONValue(text.filter { $0 != 0x0A })["sound"]
            #expect(isSound == .bool(status == 0), "page \(page)")
        }
        try sound.prefix(sound.count / 2).write(to: URL(fileURLWithPath: file))
        try store.run("verify", status: 1)
    }

    @Test func `several processes read and write one store at once`() async throws {
        let store = try TemporaryStore.made()
        try store.run("feature", "create", "f", "--type", "int64")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 {
                let (directory, binary) = (store.data, try ProgramRun.binary)
                group.addTask {
                    for value in 0..<20 {
                        for arguments in [
                            ["put", "f", "e\(writer)", "\(value)"], ["get", "f", "e\(writer)"], ["stat"],
                        ] {
                            let process = try ChildProcess(binary, arguments + ["--data", directory])
                            #expect(process.wait() == 0, "\(arguments)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.run("stat", "--json").object["cells"] == .number("60"))
        for writer in 0..<3 {
            #expect(try store.run("get", "f", "e\(writer)", "--json").object["value"] == .number("19"))
        }
        try store.run("verify")
    }
}
