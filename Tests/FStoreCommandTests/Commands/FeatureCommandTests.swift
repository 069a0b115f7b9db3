import FStore
import Testing

@Suite("feature")
struct FeatureCommandTests {
    @Test func `a feature is created, shown by name and id, changed and deleted`() throws {
        let store = try TemporaryStore.made()
        let created =
            try store.run(
                "feature",
                "create",
                "wind",
                "--type",
                "float64",
                "--ttl",
                "90m",
                "--max-age",
                "30d",
                "--max-versions",
                "5",
                "--description",
                "Wind \"speed\"",
                "--owner",
                "met",
                "--tag",
                "a",
                "--tag",
                "b",
                "--source",
                "NOAA",
                "--json"
            )
            .object
        let id = try #require(created["id"]?.text)
        let shown = try store.run("feature", "show", id, "--json").object
        #expect(shown == created)
        #expect(shown["ttl"] == .string("1h30m"))
        #expect(shown["retention"]?["max_age"] == .string("30d"))
        #expect(shown["retention"]?["max_versions"] == .number("5"))
        // The names of the HTTP API.
        #expect(shown["value_type"] == .string("float64"))
        #expect(shown["created_at"] != nil && shown["updated_at"] != nil)
        #expect(shown["tags"] == .array([.string("a"), .string("b")]))
        #expect(shown["description"] == .string("Wind \"speed\""))
        try store.run("feature", "update", "wind", "--owner", "ops", "--no-ttl", "--max-versions", "7")
        let changed = try store.run("feature", "show", "wind", "--json").object
        #expect(changed["ttl"] == .null)
        #expect(changed["owner"] == .string("ops"))
        #expect(changed["retention"]?["max_versions"] == .number("7"))
        #expect(changed["retention"]?["max_age"] == .string("30d"))
        #expect(changed["source"] == .string("NOAA"))
        try store.run("feature", "update", id, "--no-retention", "--no-tags")
        let loosened = try store.run("feature", "show", "wind", "--json").object
        #expect(loosened["retention"]?["max_age"] == .null)
        #expect(loosened["tags"] == .array([]))
        try store.run("put", "wind", "JFK", "1")
        #expect(try store.run("feature", "delete", "wind", "--json").object["reclaimed_cells"] == .number("1"))
        try store.run("feature", "show", "wind", status: 1)
        #expect(try store.run("stat", "--json").object["cells"] == .number("0"))
    }

    @Test func `listings are filtered, and spaces are apart`() throws {
        let store = try TemporaryStore.made()
        for name in ["wa", "wb", "x"] {
            try store.run("feature", "create", name, "--owner", name == "x" ? "o" : "p", "--tag", "t\(name)")
        }
        try store.run("feature", "create", "wa", "--space", "7", "--type", "bool")
        func names(_ option: String, _ value: String) throws -> [String?] {
            try store.run("feature", "list", "--json", option, value).objects.map { $0["name"]?.text }
        }
        #expect(try names("--prefix", "w") == ["wa", "wb"])
        #expect(try names("--owner", "o") == ["x"])
        #expect(try names("--tag", "twb") == ["wb"])
        #expect(try names("--limit", "2") == ["wa", "wb"])
        #expect(try names("--offset", "2") == ["x"])
        #expect(try names("--space", "7") == ["wa"])
        #expect(try store.run("feature", "list").lines.count == 4)
        try store.run("feature", "show", "x", "--space", "7", status: 1)
    }

    @Test func `names that are taken or cannot be are refused`() throws {
        let store = try TemporaryStore.made()
        try store.run("feature", "create", "wind")
        let taken = try store.run("feature", "create", "wind", "--json", status: 73)
        #expect(try JSONValue(taken.error.utf8)["error"]?["code"] == .string("duplicate_name"))
        try store.run("feature", "create", "", status: 65)
        try store.run("feature", "create", "17dbb0c4-8741-4c90-8c9d-af6351a95ceb", status: 65)
        try store.run("feature", "create", "w", "--type", "float", status: 64)
        try store.run("feature", "create", "w", "--ttl", "soon", status: 64)
        try store.run("feature", "create", "w", "--ttl", "0s", status: 65)
        try store.run("feature", "list", "--limit", "0", status: 64)
    }

    @Test func `what is misspelled is recognized`() throws {
        let store = try TemporaryStore.made()
        try store.run("feature", "create", "wind_speed", "--type", "float64")
        let feature = try store.run("get", "wnid_speed", "JFK", status: 1)
        #expect(feature.error.contains("did you mean \"wind_speed\"?"))
        // After `feature delete b` a second one asked whether "a" was meant.
        try store.run("feature", "create", "a")
        #expect(try !store.run("feature", "delete", "b", status: 1).error.contains("did you mean"))
        #expect(
            try store.run("feature", "create", "w", "--type", "float", status: 64).error
                .contains("did you mean float64?")
        )
        #expect(
            try store.run("feature", "create", "w", "--type", "strng", status: 64).error
                .contains("did you mean string?")
        )
        // The parser of arguments asked for --entity, which was there with a slip in it.
        let option = try store.run("load", "x.csv", "--entiy", "e", "--time", "t", "--feature", "f", status: 64)
        #expect(option.error == "error: there is no option \"--entiy\"; did you mean --entity?\n")
        #expect(try store.run("stat", "--jsno", status: 64).error.contains("did you mean --json?"))
        #expect(try store.run("laod", "x.csv", status: 64).error.contains("did you mean \"load\"?"))
        #expect(try store.run("feature", "crate", "x", status: 64).error.contains("did you mean \"create\"?"))
        #expect(try store.run("dance", status: 64).error.contains("the commands are init, feature"))
        #expect(try store.run("help", "load").output.contains("--time-zone"))
    }
}
