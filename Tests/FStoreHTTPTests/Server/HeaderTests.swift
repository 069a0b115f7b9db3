import FStoreTestSupport
import Foundation
import Testing

@Suite("Headers", .blocking)
struct HeaderTests {
    @Test func `a request keeps its identity when it is a plain one`() async throws {
        let server = try await TestServer()
        for identity in ["a", "A-1_b.c", String(repeating: "x", count: 128)] {
            let answer = try server.ask("GET", "/api/v1/features/none", headers: [("X-Request-ID", identity)])
            #expect(answer.header("X-Request-ID") == identity)
            #expect(answer.object["request_id"] as? String == identity)
        }
        for identity in ["", "a b", "a\"b", "é", "a/b", "<x>", String(repeating: "x", count: 129)] {
            let answer = try server.ask("GET", "/api/v1/features/none", headers: [("X-Request-ID", identity)])
            let made = try #require(answer.header("X-Request-ID"))
            #expect(made != identity)
            #expect(made.wholeMatch(of: #/req_[0-9A-HJKMNP-TV-Z]{26}/#) != nil)
            #expect(answer.object["request_id"] as? String == made)
        }
    }

    @Test func `pages are linked`() async throws {
        let server = try await TestServer()
        for number in 0..<5 { _ = try server.makeFeature("feature\(number)") }
        let second = try server.ask("GET", "/api/v1/features?limit=2&page=2&owner=")
        #expect(second.header("X-Pagination-Page") == "2")
        #expect(second.header("X-Pagination-Limit") == "2")
        #expect(second.header("X-Pagination-Total") == "5")
        #expect(second.header("X-Pagination-Pages") == "3")
        let link = try #require(second.header("Link"))
        var seen: [String: String] = [:]
        for match in link.matches(of: #/<([^>]+)>; rel="(\w+)"/#) { seen[String(match.2)] = String(match.1) }
        #expect(Set(seen.keys) == ["first", "prev", "next", "last"])
        let next = try server.ask("GET", try #require(seen["next"]))
        let names = (next.object["items"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
        #expect(names == ["feature0"])
        #expect(next.header("Link")?.contains("rel=\"next\"") == false)
        #expect(seen["next"]?.contains("limit=2") == true && seen["next"]?.contains("owner=") == true)
        #expect(try server.ask("GET", "/api/v1/features?page=0").status == 422)
        #expect(try server.ask("GET", "/api/v1/features?limit=1001").status == 422)
        #expect(try server.ask("GET", "/api/v1/features?limit=1&limit=2").status == 400)
        #expect(try server.ask("GET", "/api/v1/features?sort=name").status == 422)
        #expect(try server.ask("GET", "/api/v1/features?owner=%C3").status == 400)
    }

    @Test func `versions guard against lost updates`() async throws {
        let server = try await TestServer()
        let source = try server.ask(
            "POST",
            "/api/v1/sources",
            body: #"{"type":"file","name":"a","config":{"path":"x"}}"#
        )
        let place = try #require(source.header("Location"))
        let first = try #require(source.header("ETag"))
        #expect(try server.ask("GET", place).header("ETag") == first)
        let changed = try server.ask(
            "PATCH",
            place,
            headers: [("If-Match", "\"other\", \(first)")],
            body: #"{"enabled":false}"#
        )
        #expect(changed.status == 200)
        let second = try #require(changed.header("ETag"))
        #expect(second != first)
        let stale = [("If-Match", first)]
        #expect(try server.ask("PATCH", place, headers: stale, body: #"{"name":"b"}"#).status == 412)
        #expect(try server.ask("DELETE", place, headers: stale).status == 412)
        #expect(try server.ask("GET", place).header("ETag") == second)
        #expect(try server.ask("DELETE", place, headers: [("If-Match", "*")]).status == 204)
    }

    @Test func `methods that a path does not know are named`() async throws {
        let server = try await TestServer()
        let answer = try server.ask("PUT", "/api/v1/features")
        #expect(answer.status == 405)
        #expect(Set((answer.header("Allow") ?? "").components(separatedBy: ", ")) == ["GET", "HEAD", "POST"])
        let head = try server.ask("HEAD", "/api/v1/features")
        #expect(head.status == 200 && head.body.isEmpty)
        #expect(head.header("X-Pagination-Total") == "0")
        #expect(try server.ask("GET", "/api/v1/features/").status == 200)
    }

    @Test func `both credentials work, and do not contradict each other`() async throws {
        let server = try await TestServer()
        let key = TestServer.operatorKey
        let path = "/api/v1/features"
        #expect(try server.ask("GET", path, key: nil, headers: [("X-API-Key", key)]).status == 200)
        #expect(try server.ask("GET", path, headers: [("X-API-Key", key)]).status == 200)
        #expect(try server.ask("GET", path, key: nil, headers: [("authorization", "bearer \(key)")]).status == 200)
        #expect(try server.ask("GET", path, headers: [("X-API-Key", "fl_1_other")]).status == 400)
        #expect(try server.ask("GET", path, headers: [("Authorization", "Bearer \(key)")]).status == 400)
    }

    @Test func `bodies are of a kind that is taken`() async throws {
        let server = try await TestServer()
        func status(_ headers: [(String, String)]) throws -> Int {
            try server.ask("POST", "/api/v1/features", headers: headers, body: #"{"name":"a"}"#).status
        }
        #expect(try status([("Content-Type", "text/plain")]) == 415)
        #expect(try status([("Content-Type", "application/json; charset=latin1")]) == 415)
        #expect(try status([("Content-Type", "application/x-ndjson")]) == 415)
        #expect(try status([("Content-Type", "application/json"), ("Content-Encoding", "br")]) == 415)
        #expect(try server.ask("GET", "/api/v1/features").object["total"] as? Int == 0)
        #expect(try status([("Content-Type", "Application/JSON; Charset=\"UTF-8\"")]) == 201)
    }
}
