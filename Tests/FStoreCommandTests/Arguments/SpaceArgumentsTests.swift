import FStore
import FStoreTestSupport
import Foundation
import Testing

/// The command line worked in space 0 and the server in space 1: each side saw an empty store, and no message said why.
@Suite("--organization and --space")
struct SpaceArgumentsTests {
    /// A store that a server has made, with the organizations `default` and `acme`.
    private static func shared() throws -> TemporaryStore {
        let store = try TemporaryStore()
        #expect(try ServerRun(store).stop() == 0)
        try store.run("organization", "create", "acme")
        return store
    }

    @Test func `every command works in the organization that is named`() throws {
        let store = try Self.shared()
        let file = try store.file("temp.csv", "e,t,temp\nJFK,2013-01-01,1\nLGA,2013-01-01,2\n")
        let place = ["--organization", "acme"]
        func run(_ arguments: String...) throws -> ProgramRun {
            let (process, output, error) = try store.start(arguments + place)
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            let complaint = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            return ProgramRun(status: process.wait(), output: text, error: complaint)
        }
        #expect(try run("feature", "create", "temp", "--type", "float64").output.contains("space         2"))
        #expect(try run("load", file, "--entity", "e", "--time", "t", "--feature", "temp").status == 0)
        #expect(try run("put", "temp", "JFK", "3", "--at", "2013-01-02").status == 0)
        #expect(try run("get", "temp", "JFK").output.contains("3.0"))
        #expect(try run("delete", "temp", "JFK", "--at", "2013-01-02").status == 0)
        #expect(try run("get", "temp", "JFK").output.contains("1.0"))
        #expect(try run("feature", "list").output.contains("temp"))
        #expect(try run("feature", "update", "temp", "--owner", "met").status == 0)
        #expect(try run("feature", "show", "temp").output.contains("met"))
        #expect(try run("dump", "--cells-only").lines.count == 2)
        #expect(try run("erase", "--entity", "LGA", "--yes").output.contains("1 cells"))
        #expect(
            try run("erase", "--entity", "LGA").error.contains(#""LGA" in the organization "acme" would be erased"#)
        )
        // Nothing of it is in the first organization.
        #expect(try store.run("feature", "list", "--json").output.isEmpty)
        #expect(try run("feature", "delete", "temp").status == 0)
        let listed = try store.run("organization", "list").lines
        #expect(listed[1].hasPrefix("0 ") && listed[2].hasPrefix("2 "))
    }

    @Test func `an unknown feature is found where it is`() throws {
        let store = try Self.shared()
        try store.run("feature", "create", "temp", "--type", "float64", "--organization", "acme")
        let unknown = try store.run("get", "temp", "JFK", status: 1)
        #expect(
            unknown.error == """
                error: there is no feature "temp" in space 0; the organization "acme" has a feature of this name: \
                --organization acme

                """
        )
        let load = try store.run(
            "load",
            "-",
            "--format",
            "csv",
            "--entity",
            "e",
            "--time",
            "t",
            "--feature",
            "temp",
            input: "e,t,temp\n",
            status: 1
        )
        #expect(load.error.contains("--organization acme"))
        let empty = try store.run("feature", "list")
        #expect(
            empty.error
                == "note: there are no features in space 0; the organization \"acme\" has features: --organization acme\n"
        )
        #expect(try store.run("feature", "list", "--json").error.isEmpty)
        try store.run("feature", "create", "temp", "--type", "float64")
        let missing = try store.run("get", "temp", "JFK", status: 1)
        #expect(missing.output.contains("MISSING"))
        #expect(missing.error.contains("--organization acme"))
        // The other way round, and a space that no organization has.
        try store.run("feature", "create", "wind", "--type", "float64", "--space", "7")
        let acme = try store.run("get", "wind", "JFK", "--organization", "acme", status: 1)
        #expect(acme.error.contains("space 7 has a feature of this name: --space 7"))
        #expect(try store.run("get", "wind", "JFK", status: 1).error.contains("in space 0; space 7 has"))
        // A UUID leads to the feature from everywhere, unless another place is named.
        let id = try #require(try store.run("feature", "show", "wind", "--space", "7", "--json").object["id"]?.text)
        #expect(try store.run("feature", "show", id).output.contains("wind"))
        try store.run("feature", "show", id, "--organization", "acme", status: 1)
    }

    @Test func `an unknown organization is refused, with those there are`() throws {
        let store = try Self.shared()
        let refused = try store.run("get", "temp", "JFK", "--organization", "acne", status: 1)
        #expect(refused.error == "error: there is no organization \"acne\"; the organizations are default, acme\n")
        try store.run("get", "temp", "JFK", "--organization", "acme", "--space", "2", status: 64)
        let fresh = try TemporaryStore.made()
        #expect(
            try fresh.run("feature", "list", "--organization", "acme", status: 66).error.contains("there is no catalog")
        )
    }
}
