import FStoreTestSupport
import Foundation
import NIOCore
import Testing

@testable import FStoreHTTP

@Suite("Bodies that gzip has compressed", .blocking)
struct GzipTests {
    /// What the program gzip makes of `{"entity_id":"a","value":1}` and a line feed.
    private static let line: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 205, 43, 201, 44, 169, 140, 207, 76, 81, 178, 82, 74, 84, 210, 81,
        42, 75, 204, 41, 77, 85, 178, 50, 172, 229, 2, 0, 146, 241, 131, 151, 28, 0, 0, 0,
    ]

    private static func compressed(_ text: String) throws -> [UInt8] {
        Array(try #require(GzipWriter().compress(ByteBuffer(string: text))).readableBytesView)
    }

    private static func expanded(_ bytes: [UInt8], in step: Int = .max, maxBytes: Int = .max) throws -> [UInt8] {
        let reader = GzipReader(maxBytes: maxBytes)
        var result: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            reader.append(ByteBuffer(bytes: rest.prefix(step)))
            rest = rest.dropFirst(step)
            while let piece = try reader.next() { result += piece.readableBytesView }
        }
        try reader.finish()
        return result
    }

    private static func send(
        _ server: TestServer,
        _ target: String,
        _ body: [UInt8],
        coding: String = "gzip",
        type: String = "application/json"
    ) throws -> HTTPSocket.Response {
        let socket = try server.connect()
        let head =
            "POST \(target) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(TestServer.operatorKey)\r\n"
            + "Content-Type: \(type)\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n"
        try socket.send(Array(head.utf8) + body)
        return try socket.response()
    }

    // MARK: Requests

    @Test func `are read however they are cut, one behind the other too`() throws {
        let text = Array("{\"entity_id\":\"a\",\"value\":1}\n".utf8)
        let long = String((0..<300_000).map { _ in "abcdefgh".randomElement() ?? "a" })
        let both = Self.line + (try Self.compressed(long)) + Self.line
        for step in [1, 7, 1000, Int.max] {
            #expect(try Self.expanded(Self.line, in: step) == text)
            #expect(try Self.expanded(both, in: step) == text + Array(long.utf8) + text)
        }
        #expect(try Self.expanded([]) == [])
    }

    @Test func `are refused when they are cut short or changed`() throws {
        for count in 1..<Self.line.count {
            #expect(throws: GzipReader.Problem.self) { try Self.expanded(Array(Self.line[..<count])) }
        }
        for index in [0, 2, 12, 40, 44] {
            var changed = Self.line
            changed[index] ^= 1
            #expect(throws: GzipReader.Problem.invalid) { try Self.expanded(changed) }
        }
        #expect(throws: GzipReader.Problem.invalid) { try Self.expanded(Self.line + [1, 2]) }
    }

    @Test func `are taken by every operation with a body`() async throws {
        let server = try await TestServer()
        let feature = try Self.send(
            server,
            "/api/v1/features",
            Self.compressed(#"{"name":"f","description":"\#(String(repeating: "d", count: 500))"}"#)
        )
        #expect(feature.status == 201, "\(feature.text)")
        let values = "/api/v1/features/f/values"
        #expect(try Self.send(server, values, Self.line).status == 201)
        #expect(try Self.send(server, values, Self.line, coding: "X-GZIP").status == 201)
        #expect(try Self.send(server, values, Self.line + Self.line, type: "application/x-ndjson").status == 201)
        let rows = (0..<20_000).map { #"{"entity_id":"entity \#($0)","value":\#($0)}"# }.joined(separator: "\n")
        let lines = try Self.send(server, values, Self.compressed(rows), type: "application/x-ndjson")
        #expect(lines.object["written"] as? Int == 20_000)
        #expect(
            try Self.send(server, values, Array(#"{"entity_id":"a","value":1}"#.utf8), coding: "identity").status == 201
        )
    }

    /// A body of 20 MB of zeros is 20 kB as gzip sends it.
    @Test func `have limits on what they become`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let values = "/api/v1/features/f/values"
        let bomb = try Self.compressed(String(repeating: " ", count: 20_000_000))
        #expect(bomb.count < 200_000)
        for type in ["application/json", "application/x-ndjson"] {
            let answer = try Self.send(server, values, bomb, type: type)
            #expect(answer.status == 413)
            #expect(answer.text.contains("200 times"))
        }
        // Not denser than data are, and larger than the operation takes.
        let words = (0..<170_000).map { String($0 &* 2_654_435_761 % 1_000_003) }.joined(separator: ",")
        let large = try Self.send(server, "/api/v1/features", Self.compressed(words))
        #expect(large.status == 413)
        #expect(large.text.contains("1048576"))
    }

    @Test func `are refused when they are not what they say, or of another coding`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let values = "/api/v1/features/f/values"
        #expect(try Self.send(server, values, Array("{}".utf8)).status == 400)
        #expect(try Self.send(server, values, Array(Self.line.dropLast())).status == 400)
        #expect(try Self.send(server, values, Array(Self.line.dropLast()), type: "application/x-ndjson").status == 400)
        for coding in ["br", "deflate", "zstd", "gzip, gzip", "gzip;q=1"] {
            let answer = try Self.send(server, values, Self.line, coding: coding)
            #expect(answer.status == 415, "\(coding)")
            #expect(answer.header("Accept-Encoding") == "gzip")
        }
    }

    // MARK: Answers

    @Test(arguments: [
        ("gzip", true), ("GZIP", true), ("x-gzip", true), ("*", true), ("br, gzip;q=0.1", true),
        ("deflate, gzip", true),
        ("gzip;q=0.5, identity;q=0.1", true), ("", false), ("identity", false), ("br", false), ("gzip;q=0", false),
        ("gzip; q=0.0, *", false), ("*;q=0", false), ("gzip;q=0.1, identity;q=0.5", false), ("gzip;q=x", false),
    ])
    func `are wanted by who names gzip, and more than nothing`(header: String, isWanted: Bool) {
        #expect(GzipWriter.isWanted(header) == isWanted)
    }

    /// Both paths answer alike, and the fast one compresses too: clients in Python always ask for it.
    @Test func `are sent to who asks for them, from 1 KB on`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let names = (0..<100).map { "entity-\($0)" }
        let cells = names.map { #"{"entity_id":"\#($0)","value":1.5}"# }.joined(separator: ",")
        let values = "/api/v1/features/f/values"
        #expect(try server.ask("POST", values, body: "[\(cells)]").status == 201)
        let question = values + "?entity_ids=" + names.joined(separator: ",")
        for isSlow in [false, true] {
            func ask(_ target: String, _ accepts: String?) async throws -> HTTPSocket.Response {
                let headers =
                    [("Authorization", "Bearer \(TestServer.operatorKey)")]
                    + (accepts.map { [("Accept-Encoding", $0)] } ?? [])
                return try await server.talk(slowly: isSlow) { try $0.request("GET", target, headers: headers) }
            }
            let before = server.fastAnswers
            let whole = try await ask(question, nil)
            #expect(whole.header("Content-Encoding") == nil && whole.header("Vary") == "Accept-Encoding")
            #expect(try await ask(question, "identity").raw.count == whole.raw.count)
            #expect(server.fastAnswers == before + (isSlow ? 0 : 2))
            let small = try await ask(question, "gzip, deflate")
            #expect(small.header("Content-Encoding") == "gzip" && small.header("Vary") == "Accept-Encoding")
            #expect(small.body.count < whole.body.count / 3)
            #expect(try Self.expanded(small.body) == whole.body)
            #expect(try await ask(question, "gzip;q=0").body == whole.body)
            let one = try await ask(values + "?entity_ids=entity-1", "gzip")
            #expect(one.header("Content-Encoding") == nil && one.header("Vary") == nil)
            #expect(server.fastAnswers == before + (isSlow ? 0 : 5))
            // A version is the same one in other bytes.
            let document = try await ask("/api/openapi.json", "gzip")
            #expect(document.header("Content-Encoding") == "gzip")
            let tag = try #require(document.header("ETag"))
            #expect(tag.hasPrefix("W/"))
            let again = try server.ask("GET", "/api/openapi.json", headers: [("If-None-Match", tag)])
            #expect(again.status == 304)
        }
    }

    /// Half a megabyte of JSON took the event loop milliseconds to compress, for which all its connections waited.
    @Test func `are compressed off the event loop when they are large`() async throws {
        let server = try await TestServer()
        _ = try server.makeFeature("f", type: "float64")
        let names = (0..<900).map { "e\($0)" }
        let cells = names.map { #"{"entity_id":"\#($0)","value":1.5}"# }.joined(separator: ",")
        let values = "/api/v1/features/f/values"
        #expect(try server.ask("POST", values, body: "[\(cells)]").status == 201)
        let question = values + "?entity_ids=" + names.joined(separator: ",")
        let before = server.fastAnswers
        let whole = try server.ask("GET", question)
        #expect(server.fastAnswers == before + 1 && whole.body.count > FastAnswers.maxCompressedBytes)
        let small = try server.ask("GET", question, headers: [("Accept-Encoding", "gzip")])
        #expect(server.fastAnswers == before + 1)
        #expect(small.header("Content-Encoding") == "gzip")
        #expect(try Self.expanded(small.body) == whole.body)
    }
}
