import FStoreCatalog
import FStoreIdentity
import FStoreTestSupport
import Foundation
import Testing

@testable import FStoreHTTP

@Suite("The audit trail over HTTP", .blocking)
struct AuditRouteTests {
    private static func entries(
        _ server: TestServer,
        _ query: String = "",
        key: String = TestServer.operatorKey
    ) throws -> [[String: Any]] {
        let answer = try server.ask("GET", "/api/v1/audit\(query)", key: key)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.object["items"] as? [[String: Any]])
    }

    private static func texts(_ entries: [[String: Any]], _ member: String) -> [String] {
        entries.map { $0[member] as? String ?? "null" }
    }

    /// What a request changes, and the entry that it leaves.
    struct Change: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        var body: String?
        let status: Int
        let action: String
        /// The target; `nil` when it is the id in the answer.
        var target: String?
        let details: String

        var testDescription: String { action }
    }

    /// In this order, against the store that the test makes. `FEATURE` and `SOURCE` stand for ids.
    private static let changes = [
        Change(
            method: "POST",
            path: "/features",
            body: #"{"name":"speed","value_type":"int64"}"#,
            status: 201,
            action: "feature.create",
            details: #"{"name":"speed"}"#
        ),
        Change(
            method: "PATCH",
            path: "/features/wind",
            body: #"{"description":"secret text","tags":["t"]}"#,
            status: 200,
            action: "feature.update",
            target: "FEATURE",
            details: #"{"name":"wind","changed":"description tags"}"#
        ),
        Change(
            method: "DELETE",
            path: "/features/wind/values?entity_ids=a,b,none",
            status: 200,
            action: "values.delete",
            target: "FEATURE",
            details: #"{"feature":"wind","entities":"2"}"#
        ),
        Change(
            method: "DELETE",
            path: "/entities/a",
            status: 200,
            action: "entity.erase",
            target: "a",
            details: #"{"values":"2"}"#
        ),
        Change(
            method: "DELETE",
            path: "/features/wind",
            status: 204,
            action: "feature.delete",
            target: "FEATURE",
            details: #"{"name":"wind"}"#
        ),
        Change(
            method: "POST",
            path: "/sources",
            body: #"{"type":"postgresql","name":"s","config":{"host":"db","password":"secret text"}}"#,
            status: 201,
            action: "source.create",
            details: #"{"name":"s","type":"postgresql"}"#
        ),
        Change(
            method: "PATCH",
            path: "/sources/SOURCE",
            body: #"{"config":{"password":"secret text"},"enabled":false}"#,
            status: 200,
            action: "source.update",
            target: "SOURCE",
            details: #"{"name":"s","changed":"config enabled secret:password"}"#
        ),
        Change(
            method: "DELETE",
            path: "/sources/SOURCE",
            status: 204,
            action: "source.delete",
            target: "SOURCE",
            details: #"{"name":"s"}"#
        ),
    ]

    @Test func `every change of features, values and sources is told with who asked for it`() async throws {
        let server = try await TestServer()
        let admin = try await server.key(.admin)
        let feature = try server.makeFeature("wind", type: "int64", key: admin)
        let values = #"{"values":[{"entity_id":"a","value":1},{"entity_id":"b","value":1}]}"#
        #expect(try server.ask("POST", "/api/v1/features/wind/values", key: admin, body: values).status == 201)
        var source = ""
        for change in Self.changes {
            let before = try Self.entries(server).count
            let path = "/api/v1" + change.path.replacing("SOURCE", with: source)
            let answer = try server.ask(change.method, path, key: admin, body: change.body)
            #expect(answer.status == change.status, "\(change.action): \(answer.text)")
            if change.action == "source.create" { source = try #require(answer.object["id"] as? String) }
            let entries = try Self.entries(server)
            #expect(entries.count == before + 1, "\(change.action)")
            let entry = try #require(entries.first)
            let target = change.target ?? answer.object["id"] as? String
            #expect(entry["action"] as? String == change.action)
            #expect(
                entry["target"] as? String
                    == target?.replacing("SOURCE", with: source).replacing("FEATURE", with: feature)
            )
            let details = try JSONSerialization.jsonObject(with: Data(change.details.utf8)) as? [String: String]
            #expect(entry["details"] as? [String: String] == details, "\(change.action)")
            #expect((entry["actor"] as? String)?.hasPrefix("user ") == true)
            #expect((entry["credential"] as? String)?.hasPrefix("key_") == true)
            #expect(entry["address"] as? String == "127.0.0.1" && entry["organization_id"] as? Int == 1)
            #expect(entry["request_id"] as? String == answer.header("X-Request-ID"))
        }
        #expect(try !server.ask("GET", "/api/v1/audit?limit=1000").text.contains("secret text"))
        #expect(try await server.catalog.verifyAudit().isSound)
    }

    @Test func `what is refused, missing or only read leaves no entry`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("wind", type: "int64")
        let viewer = try await server.key(.viewer)
        let before = try Self.entries(server).count
        #expect(try server.ask("POST", "/api/v1/features", body: #"{"name":"wind"}"#).status == 409)
        #expect(try server.ask("DELETE", "/api/v1/features/none").status == 404)
        #expect(try server.ask("DELETE", "/api/v1/features/wind", key: viewer).status == 403)
        #expect(try server.ask("DELETE", "/api/v1/features/wind/values?entity_ids=none").status == 200)
        #expect(try server.ask("GET", "/api/v1/features").status == 200)
        let value = #"{"entity_id":"a","value":1}"#
        #expect(try server.ask("POST", "/api/v1/features/wind/values", body: value).status == 201)
        #expect(try Self.entries(server).count == before)
    }

    @Test func `keys are told of, and never their text`() async throws {
        let server = try await TestServer()
        let body = #"{"name":"dash","role":"viewer"}"#
        let made = try server.ask("POST", "/api/v1/auth/keys", body: body)
        let id = try #require(made.object["id"] as? String)
        #expect(try server.ask("DELETE", "/api/v1/auth/keys/\(id)").status == 204)
        let entries = try Self.entries(server, "?target=\(id)")
        #expect(Self.texts(entries, "action") == ["key.revoke", "key.create"])
        let text = try #require(made.object["key"] as? String)
        #expect(try !server.ask("GET", "/api/v1/audit").text.contains(text))
    }

    @Test func `an admin sees the own organization, an operator all`() async throws {
        let server = try await TestServer()
        let mine = try await server.key(.admin)
        let foreign = try await server.key(.admin, organization: "other")
        _ = try server.makeFeature("ours", key: mine)
        _ = try server.makeFeature("theirs", key: foreign)
        for path in ["", "/admin"] {
            func names(_ key: String, _ query: String = "") throws -> Set<String> {
                let answer = try server.ask("GET", "/api/v1\(path)/audit?action=feature.\(query)", key: key)
                let items = answer.object["items"] as? [[String: Any]] ?? []
                return Set(items.compactMap { ($0["details"] as? [String: String])?["name"] })
            }
            #expect(try names(mine) == ["ours"])
            #expect(try names(foreign) == ["theirs"])
            #expect(try names(TestServer.operatorKey) == ["ours", "theirs"])
            #expect(try names(TestServer.operatorKey, "&organization_id=2") == ["theirs"])
            #expect(try names(mine, "&organization_id=1") == ["ours"])
            // One that exists looks like one that does not.
            #expect(try names(mine, "&organization_id=2").isEmpty && names(mine, "&organization_id=99").isEmpty)
        }
        func organizations(_ query: String, _ key: String) throws -> Set<Int?> {
            Set(try Self.entries(server, query, key: key).map { $0["organization_id"] as? Int })
        }
        #expect(try organizations("?limit=1000", foreign) == [2])
        #expect(try organizations("?limit=1000", TestServer.operatorKey) == [1, 2])
        // A cursor of the operator's leads an admin to nothing foreign either.
        let page = try server.ask("GET", "/api/v1/audit?limit=1")
        let cursor = try #require(page.object["next_cursor"] as? String)
        #expect(try organizations("?cursor=\(cursor)&limit=1000", mine) == [1])
    }

    @Test func `pages follow one another and have every entry once`() async throws {
        let server = try await TestServer()
        for number in 0..<7 { _ = try server.makeFeature("f\(number)") }
        let all = try Self.entries(server, "?action=feature.create")
        #expect(Self.texts(all, "action").count == 7)
        var (seqs, cursor, pages) = ([Int](), "", 0)
        repeat {
            let answer = try server.ask("GET", "/api/v1/audit?action=feature.create&limit=3\(cursor)")
            seqs += (answer.object["items"] as? [[String: Any]] ?? []).compactMap { $0["seq"] as? Int }
            cursor = (answer.object["next_cursor"] as? String).map { "&cursor=\($0)" } ?? ""
            pages += 1
        } while !cursor.isEmpty && pages < 9
        #expect(pages == 3 && seqs == all.compactMap { $0["seq"] as? Int })
        #expect(try Self.entries(server, "?limit=1").count == 1)
        #expect(try server.ask("GET", "/api/v1/audit").object["limit"] as? Int == 100)
    }

    @Test func `filters are read strictly`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("wind")
        #expect(try Self.entries(server, "?since=2001-01-01&until=now&actor=1&action=feature.create").count == 1)
        #expect(try Self.entries(server, "?until=2001-01-01").isEmpty)
        let first = ["key.create", "user.create", "organization.create"]
        #expect(Self.texts(try Self.entries(server, "?actor=server"), "action") == first)
        for query in [
            "limit=0", "limit=1001", "cursor=x", "cursor=-1", "since=x", "organization_id=0", "organization=1",
            "action=", "page=2",
        ] {
            #expect(try server.ask("GET", "/api/v1/audit?\(query)").status == 422, "\(query)")
        }
    }
}
