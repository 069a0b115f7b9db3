import FStoreTestSupport
import Foundation
import Testing

@Suite("Reading values over HTTP", .blocking)
struct ValueReadTests {
    /// A feature with a value at each full hour from 10 to 14 of entity `a`, and one of `b` at 12.
    private static func filled() async throws -> (server: TestServer, path: String) {
        let server = try await TestServer()
        let id = try server.makeFeature("f", type: "float64")
        let path = "/api/v1/features/\(id)/values"
        let cells = (10...14)
            .map { #"{"entity_id":"a","value":\#($0),"timestamp":"2025-01-01T\#($0):00:00Z"}"# }
        let body =
            "[" + cells.joined(separator: ",")
            + #",{"entity_id":"b","value":-1,"timestamp":"2025-01-01T12:00:00Z"}]"#
        let written = try server.ask("POST", path, body: body)
        #expect(written.status == 201)
        #expect(written.object["written"] as? Int == 6)
        return (server, path)
    }

    private static func values(_ answer: HTTPSocket.Response) -> [Double] {
        (answer.object["items"] as? [[String: Any]])?.compactMap { $0["value"] as? Double } ?? []
    }

    @Test func `latest values come in the asked order, with what is missing`() async throws {
        let (server, path) = try await Self.filled()
        let answer = try server.ask("GET", path + "?entity_ids=b,x,a,y,b")
        #expect(Self.values(answer) == [-1, 14, -1])
        #expect(answer.object["missing"] as? [String] == ["x", "y"])
        #expect(answer.object["total"] as? Int == 3)
        let items = try #require(answer.object["items"] as? [[String: Any]])
        #expect(items.allSatisfy { $0["status"] == nil })
        #expect(items[1]["timestamp"] as? String == "2025-01-01T14:00:00Z")
        let second = try server.ask("GET", path + "?entity_ids=b,x,a&page=2&limit=1")
        #expect(Self.values(second) == [14])
    }

    /// HTTP libraries send a list by repeating its key, and that was refused as "given twice".
    @Test func `a list that is given several times adds up, for reading and for deleting`() async throws {
        let (server, path) = try await Self.filled()
        #expect(Self.values(try server.ask("GET", path + "?entity_ids=b&entity_ids=a")) == [-1, 14])
        let past = "&as_of=2025-01-01T12:00:00Z"
        #expect(Self.values(try server.ask("GET", path + "?entity_ids=b&entity_ids=a" + past)) == [-1, 12])
        let deleted = try server.ask("DELETE", path + "?entity_ids=a&entity_ids=b")
        #expect(deleted.object["deleted"] as? Int == 2)
        #expect(try server.ask("GET", path + "?entity_ids=a&as_of=now&as_of=now").status == 400)
    }

    @Test func `as_of and known_at are kept apart`() async throws {
        let (server, path) = try await Self.filled()
        #expect(
            Self.values(try server.ask("GET", path + "?entity_ids=a&as_of=2025-01-01T11:59:59.999999999Z")) == [11]
        )
        #expect(Self.values(try server.ask("GET", path + "?entity_ids=a&as_of=2025-01-01T12:00:00Z")) == [12])
        #expect(
            Self.values(try server.ask("GET", path + "?entity_ids=a&as_of=2025-01-01T14:00:00%2B02:00")) == [12]
        )
        let before = try server.ask("GET", path + "?entity_ids=a&as_of=2025-01-01T09:00:00Z")
        #expect(before.object["missing"] as? [String] == ["a"])
        let late = #"{"entity_id":"a","value":100,"timestamp":"2025-01-01T12:00:00Z"}"#
        let written = try server.ask("POST", path, body: late)
        let committed = try #require(written.object["committed_at"] as? String)
        let question = path + "?entity_ids=a&as_of=2025-01-01T12:30:00Z"
        #expect(Self.values(try server.ask("GET", question)) == [100])
        #expect(Self.values(try server.ask("GET", question + "&known_at=\(committed)")) == [100])
        let first = try server.ask("GET", path + "?entity_ids=b")
        #expect(first.status == 200)
        let known = try Self.momentBefore(committed)
        #expect(Self.values(try server.ask("GET", question + "&known_at=\(known)")) == [12])
        #expect(Self.values(try server.ask("GET", path + "?entity_ids=a&as_of=now")) == [14])
        #expect(Self.values(try server.ask("GET", path + "?entity_ids=a&as_of=9999-01-01T00:00:00Z")) == [14])
        #expect(try server.ask("GET", path + "?entity_ids=a&as_of=then").status == 422)
    }

    /// The nanosecond before a moment in RFC 3339 with nine digits or fewer.
    private static func momentBefore(_ text: String) throws -> String {
        let parts = text.dropLast().split(separator: ".")
        let fraction = (parts.count > 1 ? String(parts[1]) : "").padding(toLength: 9, withPad: "0", startingAt: 0)
        let number = try #require(Int(fraction))
        let digits = String(max(0, number - 1))
        return "\(parts[0])." + String(repeating: "0", count: 9 - digits.count) + digits + "Z"
    }

    @Test func `ranges are read in pages and by cursor`() async throws {
        let (server, path) = try await Self.filled()
        let range = path + "?entity_ids=a,b,x&start_time=2025-01-01T11:00:00Z&end_time=2025-01-01T13:00:00Z"
        let all = try server.ask("GET", range)
        #expect(Self.values(all) == [11, 12, 13, -1])
        #expect(all.object["missing"] as? [String] == ["x"])
        #expect(all.object["total"] as? Int == 4)
        var paged: [Double] = []
        for page in 1...3 { paged += Self.values(try server.ask("GET", range + "&limit=2&page=\(page)")) }
        #expect(paged == [11, 12, 13, -1])
        var followed: [Double] = []
        var answer = try server.ask("GET", range + "&limit=1")
        followed += Self.values(answer)
        // What comes meanwhile is not seen by the pages that follow.
        let late = #"{"entity_id":"a","value":99,"timestamp":"2025-01-01T12:30:00Z"}"#
        #expect(try server.ask("POST", path, body: late).status == 201)
        for _ in 0..<10 {
            guard let cursor = answer.object["next_cursor"] as? String else { break }
            answer = try server.ask("GET", range + "&limit=1&cursor=\(cursor)")
            #expect(answer.status == 200)
            followed += Self.values(answer)
        }
        #expect(followed == [11, 12, 13, -1])
        #expect(Self.values(try server.ask("GET", range)) == [11, 12, 99, 13, -1])
        #expect(try server.ask("GET", range + "&cursor=nonsense").status == 422)
        #expect(try server.ask("GET", range + "&cursor=e30&page=1").status == 400)
        let backwards = path + "?entity_ids=a&start_time=2025-01-02T00:00:00Z&end_time=2025-01-01T00:00:00Z"
        #expect(try server.ask("GET", backwards).status == 422)
        #expect(try server.ask("GET", range + "&as_of=now").status == 422)
        #expect(try server.ask("GET", path + "?start_time=2025-01-01T00:00:00Z").status == 422)
        #expect(Self.values(try server.ask("GET", path + "?entity_ids=a&end_time=2025-01-01T10:00:00Z")) == [10])
    }

    @Test func `every entity is found by walking`() async throws {
        let server = try await TestServer()
        let id = try server.makeFeature("f", type: "int64")
        let path = "/api/v1/features/\(id)/values"
        let cells = (0..<25).map { #"{"entity_id":"e\#($0 + 10)","value":\#($0)}"# }
        #expect(try server.ask("POST", path, body: "[\(cells.joined(separator: ","))]").status == 201)
        var seen: [Double] = []
        var answer = try server.ask("GET", path + "?limit=10")
        #expect(answer.object["total"] as? Int == 25)
        seen += Self.values(answer)
        while let cursor = answer.object["next_cursor"] as? String, seen.count < 100 {
            answer = try server.ask("GET", path + "?limit=10&cursor=\(cursor)")
            seen += Self.values(answer)
        }
        #expect(seen == (0..<25).map(Double.init))
        #expect(try server.ask("GET", path).status == 422)
    }

    @Test func `names may have any characters`() async throws {
        let server = try await TestServer()
        let id = try server.makeFeature("with space, comma/slash é")
        let names = [
            "a,b", "c d", "e+f", "g%h", "é😀", "\"", "\\", "a&b=c#d?", "\u{1}", String(repeating: "x", count: 255),
        ]
        for (index, name) in names.enumerated() {
            let object: [String: Any] = ["entity_id": name, "value": index]
            let body = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
            #expect(try server.ask("POST", "/api/v1/features/\(id)/values", body: body).status == 201)
        }
        let allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "a"..."z"))
        let escaped = names.map { $0.replacing("\\", with: #"\\"#).replacing(",", with: #"\,"#) }
        let encoded = escaped.compactMap { $0.addingPercentEncoding(withAllowedCharacters: allowed) }
        let byName = "/api/v1/features/with%20space%2C%20comma%2Fslash%20%C3%A9/values?entity_ids="
        let answer = try server.ask("GET", byName + encoded.joined(separator: ","))
        #expect(answer.status == 200)
        let items = try #require(answer.object["items"] as? [[String: Any]])
        #expect(items.compactMap { $0["entity_id"] as? String } == names)
        #expect(Self.values(answer) == names.indices.map(Double.init))
        // The commas of a joined list are encoded by most HTTP libraries.
        let joined = try server.ask("GET", byName + encoded.joined(separator: "%2C"))
        #expect(joined.body == answer.body)
        let long = String(repeating: "x", count: 256)
        for bad in ["", "a,,b", "a,", ",", "a%2C", "a%5Cb", #"a\&entity_ids=b"#, long] {
            #expect(try server.ask("GET", byName + bad).status == 422, "\(bad)")
        }
        for bad in ["%", "%4", "%zz", "%C3", "%FF"] {
            #expect(try server.ask("GET", byName + bad).status == 400, "\(bad)")
        }
    }

    @Test func `up to a thousand entities are asked for at once`() async throws {
        let server = try await TestServer()
        let id = try server.makeFeature("f", type: "int64")
        let path = "/api/v1/features/\(id)/values"
        #expect(try server.ask("POST", path, body: #"{"entity_id":"e999","value":5}"#).status == 201)
        let names = (0..<1000).map { "e\($0)" }.joined(separator: ",")
        let answer = try server.ask("GET", path + "?entity_ids=" + names)
        #expect(answer.status == 200)
        #expect(Self.values(answer) == [5])
        #expect((answer.object["missing"] as? [String])?.count == 999)
        let refused = try server.ask("GET", path + "?entity_ids=" + names + ",one")
        #expect(refused.status == 422)
        #expect(refused.text.contains("1000"))
    }

    @Test func `values are null, or past their time`() async throws {
        let server = try await TestServer()
        let body = #"{"name":"f","value_type":"float64","ttl":"1h"}"#
        #expect(try server.ask("POST", "/api/v1/features", body: body).status == 201)
        let path = "/api/v1/features/f/values"
        let cells = """
            [{"entity_id":"old","value":1,"timestamp":"2025-01-01T00:00:00Z"},{"entity_id":"none","value":null},\
            {"entity_id":"new","value":2}]
            """
        #expect(try server.ask("POST", path, body: cells).status == 201)
        func status(_ query: String) throws -> [String?] {
            let items = try server.ask("GET", path + query).object["items"] as? [[String: Any]] ?? []
            return items.map { $0["status"] as? String }
        }
        #expect(try status("?entity_ids=old,none,new") == ["EXPIRED", "NULL", nil])
        #expect(try status("?entity_ids=old&as_of=2025-01-01T01:00:00Z") == [nil])
        #expect(try status("?entity_ids=old&as_of=2025-01-01T01:00:00.000000001Z") == ["EXPIRED"])
        let online = try server.ask(
            "POST",
            "/api/v1/online/read",
            body: #"{"features":["f"],"entities":["old","none","new","nobody"],"timestamps":true}"#
        )
        #expect(online.object["statuses"] as? [[String]] == [["EXPIRED", "NULL", "PRESENT", "MISSING"]])
        let values = (online.object["values"] as? [[Any]])?.first ?? []
        #expect(values.count == 4 && values[1] is NSNull && values[2] as? Double == 2 && values[3] is NSNull)
        let times = (online.object["timestamps"] as? [[Any]])?.first ?? []
        #expect(times.first as? String == "2025-01-01T00:00:00Z" && times.last is NSNull)
    }
}
