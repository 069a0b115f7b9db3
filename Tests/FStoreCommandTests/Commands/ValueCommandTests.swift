import FStore
import Testing

@Suite("put, get and delete")
struct ValueCommandTests {
    @Test func `a value is written, corrected, deleted and asked for at any time`() throws {
        let store = try TemporaryStore.made()
        try store.run("feature", "create", "wind", "--type", "float64")
        let first = try store.run("put", "wind", "JFK", "-3.5", "--at", "2013-01-01T00:00:00Z").lines[0]
        try store.run("put", "wind", "JFK", "4", "--at", "2013-01-02T00:00:00Z")
        try store.run("put", "wind", "JFK", "-1.25", "--at", "2013-01-01T00:00:00Z")
        func value(_ arguments: String...) throws -> String? {
            let asked = ["get", "wind", "JFK", "--json"] + arguments
            return try store.run(asked[0], asked[1], asked[2], asked[3], arguments[0], arguments[1]).object["value"]?
                .text
        }
        #expect(try value("--as-of", "2013-01-01T12:00:00Z") == "-1.25")
        #expect(try value("--as-of", "now") == "4.0")
        #expect(try value("--known-at", first) == "-3.5")
        try store.run("delete", "wind", "JFK", "--at", "2013-01-02T00:00:00Z")
        let latest = try store.run("get", "wind", "JFK", "--json").object
        #expect(latest["value"] == .number("-1.25"))
        #expect(latest["status"] == .string("PRESENT"))
        #expect(latest["event_time"] == .string("2013-01-01T00:00:00Z"))
        let history = try store.run("get", "wind", "JFK", "--from", "2000-01-01", "--json", "--known-at", "now").objects
        #expect(history.map { $0["value"] } == [.number("-1.25")])
    }

    @Test func `a missing single value ends with status 1, one among several does not`() throws {
        let store = try TemporaryStore.made()
        try store.run("feature", "create", "wind", "--type", "float64")
        try store.run("put", "wind", "JFK", "1")
        #expect(try store.run("get", "wind", "LGA", "--json", status: 1).object["status"] == .string("MISSING"))
        let both = try store.run("get", "wind", "JFK,LGA", "--json").objects
        #expect(both.map { $0["status"] } == [.string("PRESENT"), .string("MISSING")])
        #expect(try store.run("get", "wind", "JFK").lines[0].hasPrefix("ENTITY  FEATURE  STATUS"))
    }

    @Test func `values of every type are read back`() throws {
        let store = try TemporaryStore.made()
        let values = [
            ("float64", "0.1", "0.1"), ("int64", "-9223372036854775808", "-9223372036854775808"),
            ("bool", "true", "true"),
            ("string", "a \"b\"", "\"a \\\"b\\\"\""), ("bytes", "AP8=", "\"AP8=\""),
            ("timestamp", "2013-01-01", "\"2013-01-01T00:00:00Z\""), ("vector(2)", "[1,2]", "[1.0,2.0]"),
            ("json", "{ \"a\" : 1.0 }", "{\"a\":1.0}"),
        ]
        for (type, given, shown) in values {
            try store.run("feature", "create", type, "--type", type)
            try store.run("put", type, "e", given)
            #expect(try store.run("get", type, "e", "--json").output.contains("\"value\":\(shown),"))
            try store.run("put", type, "e", "--null")
            #expect(try store.run("get", type, "e", "--json").object["status"] == .string("NULL"))
        }
    }

    @Test func `the first value gives an untyped feature its type`() throws {
        let store = try TemporaryStore.made()
        for (name, literal, type) in [
            ("a", "3", "float64"), ("b", "\"x\"", "string"), ("c", "true", "bool"), ("d", "[1]", "json"),
        ] {
            try store.run("feature", "create", name)
            try store.run("put", name, "e", literal)
            #expect(try store.run("feature", "show", name, "--json").object["type"] == .string(type))
        }
        try store.run("feature", "create", "e")
        #expect(try store.run("put", "e", "e", "plain", status: 65).error.contains("--type"))
        try store.run("put", "e", "e", "plain", "--type", "string")
        #expect(try store.run("get", "e", "e", "--json").object["value"] == .string("plain"))
    }

    @Test func `an expired value is not given`() throws {
        let store = try TemporaryStore.made()
        try store.run("feature", "create", "wind", "--type", "float64", "--ttl", "1h")
        try store.run("put", "wind", "JFK", "1", "--at", "2013-01-01T00:00:00Z")
        #expect(try store.run("get", "wind", "JFK", "--json").object["status"] == .string("EXPIRED"))
        let fresh = try store.run("get", "wind", "JFK", "--json", "--as-of", "2013-01-01T01:00:00Z").object
        #expect(fresh["status"] == .string("PRESENT"))
    }

    @Test func `questions from a file are answered in their order`() throws {
        let store = try TemporaryStore.made()
        try store.run("feature", "create", "wind", "--type", "float64")
        let known = try store.run("put", "wind", "J,FK", "1", "--at", "2013-01-01T00:00:00Z").lines[0]
        try store.run("put", "wind", "J,FK", "2", "--at", "2013-01-01T00:00:00Z")
        let questions = """
            entity,as_of,known_at
            "J,FK",,
            "J,FK",2012-12-31T23:59:59.999999999Z,
            "J,FK",2013-01-01T00:00:00Z,\(known)
            nobody,now,
            """
        let answers = try store.run("get", "wind", "--queries", "-", input: questions)
        #expect(answers.lines[0] == "entity,as_of,known_at,feature,status,value,event_time,commit_time")
        #expect(answers.lines[1].hasPrefix("\"J,FK\",,,wind,PRESENT,2.0,2013-01-01T00:00:00Z,"))
        #expect(answers.lines[2] == "\"J,FK\",2012-12-31T23:59:59.999999999Z,,wind,MISSING,,,")
        #expect(
            answers.lines[3] == "\"J,FK\",2013-01-01T00:00:00Z,\(known),wind,PRESENT,1.0,2013-01-01T00:00:00Z,\(known)"
        )
        #expect(answers.lines[4] == "nobody,now,,wind,MISSING,,,")
        let objects = try store.run("get", "wind,wind", "--queries", "-", "--json", input: questions).objects
        #expect(objects.count == 8)
        #expect(objects[0]["known_at"] == .null)
        #expect(objects[4]["value"] == .number("1.0"))
        try store.run("get", "wind", "--queries", "-", input: "entity\nx\n", status: 65)
        let bad = try store.run("get", "wind", "--queries", "-", input: "entity,as_of\nx,soon\n", status: 65)
        #expect(bad.error.contains("line 2"))
    }
}
