import FStoreTestSupport
import Foundation
import Testing

/// Requests that two readers could understand differently, and ones that nobody should. Each is refused or means
/// exactly one thing; nothing hidden in one of them is ever carried out.
@Suite("Raw requests", .blocking)
struct RawRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        /// Statuses that are right; 0 for a connection that is closed without a word.
        let statuses: Set<Int>
        /// Whether the connection must end with the answer.
        var closes = true

        init(_ name: String, _ text: String, _ statuses: Set<Int>, closes: Bool = true) {
            testDescription = name
            bytes = Array(text.utf8)
            self.statuses = statuses
            self.closes = closes
        }
    }

    private static let key = "Authorization: Bearer \(TestServer.operatorKey)\r\n"
    /// Hidden in the body of another one: would make a feature.
    private static let hidden =
        "POST /api/v1/features HTTP/1.1\r\nHost: a\r\n\(key)Content-Type: application/json\r\n"
        + "Content-Length: 17\r\n\r\n{\"name\":\"hidden\"}"
    private static func post(_ fields: String, _ body: String) -> String {
        "POST /api/v1/features HTTP/1.1\r\nHost: a\r\n\(key)Content-Type: application/json\r\n\(fields)\r\n\(body)"
    }
    private static func get(_ fields: String, _ target: String = "/livez") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }
    private static let refused: Set<Int> = [0, 400]

    static let cases = [
        Case(
            "length and chunks",
            post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden),
            refused
        ),
        Case(
            "chunks and length",
            post("Transfer-Encoding: chunked\r\nContent-Length: 300\r\n", "0\r\n\r\n" + hidden),
            refused
        ),
        Case("two lengths", post("Content-Length: 0\r\nContent-Length: 300\r\n", hidden), refused),
        Case("two lengths that are the same", post("Content-Length: 1\r\nContent-Length: 1\r\n", "{"), [0, 400]),
        Case("two lengths in one", post("Content-Length: 0, 300\r\n", hidden), refused),
        Case("a negative length", post("Content-Length: -1\r\n", hidden), refused),
        Case("a length with a sign", post("Content-Length: +0\r\n", hidden), refused),
        Case("a length in hexadecimal", post("Content-Length: 0x0\r\n", hidden), refused),
        Case("a length that overflows", post("Content-Length: 99999999999999999999999\r\n", hidden), [0, 400, 413]),
        Case("an empty length", post("Content-Length: \r\n", hidden), refused),
        Case("a length with a space before its colon", post("Content-Length : 0\r\n", hidden), refused),
        Case("an unknown coding", post("Transfer-Encoding: cow\r\n", hidden), [0, 400, 501]),
        Case(
            "a coding and chunks twice",
            post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n" + hidden),
            [0, 400, 501]
        ),
        Case("chunks not last", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n" + hidden), [0, 400, 501]),
        Case(
            "two codings",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", "0\r\n\r\n" + hidden),
            [0, 400, 501]
        ),
        Case("a hidden coding", post("Transfer-Encoding:\u{B}chunked\r\n", "0\r\n\r\n" + hidden), [0, 400, 501]),
        Case("a chunk that is no number", post("Transfer-Encoding: chunked\r\n", "xyz\r\n" + hidden), refused),
        Case("a negative chunk", post("Transfer-Encoding: chunked\r\n", "-1\r\n" + hidden), refused),
        Case(
            "a chunk that overflows",
            post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n" + hidden),
            [0, 400, 413]
        ),
        Case("a chunk without its end", post("Transfer-Encoding: chunked\r\n", "2\r\n{}xx" + hidden), refused),
        Case(
            "chunks that end in a bare line feed",
            post("Transfer-Encoding: chunked\r\n", "2\n{}\n0\n\n" + hidden),
            refused
        ),
        Case("a folded field", get("X-A: b\r\n c\r\n"), refused),
        Case("a folded length", post("Content-Length:\r\n 300\r\n", hidden), refused),
        Case("a field without a colon", get("X-A\r\n"), refused),
        Case("a field without a name", get(": a\r\n"), refused),
        Case("a space before a colon", get("X-A : b\r\n"), refused),
        Case("a null byte in a value", get("X-A: a\u{0}b\r\n"), refused),
        Case("a null byte in a name", get("X\u{0}A: b\r\n"), refused),
        Case("a control character in a value", get("X-A: a\u{1}b\r\n"), refused),
        Case("a bare carriage return in a value", get("X-A: a\rb\r\n"), refused),
        Case("a line break in the target", "GET /live\nz HTTP/1.1\r\nHost: a\r\n\r\n", refused),
        Case("a tab in the request line", "GET\t/livez\tHTTP/1.1\r\nHost: a\r\n\r\n", refused),
        Case("a space in the target", "GET /live z HTTP/1.1\r\nHost: a\r\n\r\n", refused),
        Case("a null byte in the target", "GET /liv\u{0}z HTTP/1.1\r\nHost: a\r\n\r\n", [0, 400, 404]),
        Case("no version", "GET /livez\r\n\r\n", [0, 400, 505]),
        Case("version 0.9", "GET /livez HTTP/0.9\r\n\r\n", [0, 400, 505]),
        Case("version 2.0", "GET /livez HTTP/2.0\r\nHost: a\r\n\r\n", [0, 400, 505]),
        Case("version 1.99", "GET /livez HTTP/1.99\r\nHost: a\r\n\r\n", [0, 400, 505]),
        Case("another protocol", "GET /livez ICY/1.1\r\nHost: a\r\n\r\n", refused),
        Case("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [0, 400, 405, 404, 505]),
        Case("a handshake of TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}\r\n\r\n", refused),
        Case("nothing but noise", "\u{1}\u{2}\u{3}\u{4}\r\n\r\n", refused),
        Case("an empty method", " /livez HTTP/1.1\r\nHost: a\r\n\r\n", refused),
        Case("a method of odd characters", "G(T /livez HTTP/1.1\r\nHost: a\r\n\r\n", [0, 400, 405]),
        Case("a huge header", get("X-A: \(String(repeating: "a", count: 100_000))\r\n"), [0, 400, 431]),
        Case("101 headers", get((0..<101).map { "X-\($0): a\r\n" }.joined()), [0, 400, 431]),
        Case("a target too long", get("", "/livez?" + String(repeating: "a", count: 100_000)), [0, 400, 414]),
        Case(
            "a target somewhat too long",
            get("", "/livez?" + String(repeating: "a", count: 17_000)),
            [0, 400, 414],
            closes: false
        ),
        Case(
            "the target of another server",
            get("", "http://example.org/livez"),
            [0, 200, 400, 404, 421],
            closes: false
        ),
        Case("the target *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", [0, 400, 404, 405], closes: false),
        Case(
            "the target of CONNECT",
            "CONNECT example.org:80 HTTP/1.1\r\nHost: a\r\n\r\n",
            [0, 400, 404, 405],
            closes: false
        ),
        Case("TRACE", "TRACE /livez HTTP/1.1\r\nHost: a\r\n\r\n", [0, 400, 405, 501], closes: false),
        Case(
            "an upgrade that nobody offers",
            get("Connection: Upgrade\r\nUpgrade: h2c\r\n"),
            [0, 200, 400],
            closes: false
        ),
        Case("dots in the target", get("", "/api/v1/../../livez"), [0, 400, 404], closes: false),
        Case("a path with two slashes", get("", "//livez"), [0, 200, 400, 404], closes: false),
        Case("broken percents", get("", "/api/v1/features/%zz"), [0, 400, 401, 404], closes: false),
    ]

    @Test(arguments: cases)
    func `are refused or mean one thing`(test: Case) async throws {
        let server = try await TestServer()
        let socket = try server.connect(timeout: 3)
        try? socket.send(test.bytes)
        // What follows on the same connection, if it is still one.
        try? socket.send("GET /health HTTP/1.1\r\nHost: a\r\nX-Request-ID: follows\r\n\r\n")
        socket.finishSending()
        var answers: [HTTPSocket.Response] = []
        while answers.count < 5, let answer = try? socket.response() { answers.append(answer) }
        let first = answers.first?.status ?? 0
        #expect(test.statuses.contains(first), "\(answers.map { "\($0.status) \($0.text)" })")
        #expect(!answers.contains { $0.status >= 500 && ![501, 505].contains($0.status) })
        if test.closes {
            #expect(answers.count <= 1, "\(answers.map(\.status))")
        } else {
            #expect(answers.count <= 2, "\(answers.map(\.status))")
            if answers.count == 2 { #expect(answers[1].header("X-Request-ID") == "follows") }
        }
        let features = try server.ask("GET", "/api/v1/features")
        #expect(features.object["total"] as? Int == 0, "what was hidden was carried out")
    }

    @Test func `requests that follow each other are answered in their order`() async throws {
        let server = try await TestServer()
        let socket = try server.connect()
        var text = ""
        for number in 0..<50 {
            text +=
                "GET \(number % 2 == 0 ? "/livez" : "/none") HTTP/1.1\r\nHost: a\r\nX-Request-ID: n\(number)\r\n\r\n"
        }
        try socket.send(text)
        for number in 0..<50 {
            let answer = try socket.response()
            #expect(answer.status == (number % 2 == 0 ? 200 : 404))
            #expect(answer.header("X-Request-ID") == "n\(number)")
        }
    }

    @Test func `requests arrive in any pieces`() async throws {
        let server = try await TestServer()
        let socket = try server.connect()
        let body = #"{"name":"in pieces"}"#
        let text =
            "POST /api/v1/features HTTP/1.1\r\nHost: a\r\n\(Self.key)Content-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        for byte in text.utf8 { try socket.send([byte]) }
        #expect(try socket.response().status == 201)
        let chunked = Self.post(
            "Transfer-Encoding: chunked\r\n",
            "8;a=b\r\n{\"name\":\r\n5\r\n\"two\"\r\n1\r\n}\r\n0\r\nX-T: a\r\n\r\n"
        )
        for byte in chunked.utf8 { try socket.send([byte]) }
        #expect(try socket.response().status == 201)
        #expect(try server.ask("GET", "/api/v1/features").object["total"] as? Int == 2)
    }
}
