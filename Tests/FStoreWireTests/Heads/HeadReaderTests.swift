import Testing

@testable import FStoreWire

@Suite("The reader of heads")
struct HeadReaderTests {
    /// Host and the empty line, behind a request line or more headers.
    private static let end = "Host: a\r\n\r\n"

    private static let accepted: [(String, String)] = [
        ("GET / HTTP/1.1\r\n" + end, "get /"),
        ("POST / HTTP/1.1\r\n" + end, "post /"),
        ("PUT /a HTTP/1.1\r\n" + end, "other /a"),
        ("M-SEARCH /a HTTP/1.1\r\n" + end, "other /a"),
        ("GET /a?b=1&c HTTP/1.1\r\n" + end, "get /a ?b=1&c"),
        ("GET /a? HTTP/1.1\r\n" + end, "get /a"),
        ("GET /a??b HTTP/1.1\r\n" + end, "get /a ??b"),
        ("GET //a/./.. HTTP/1.1\r\n" + end, "get //a/./.."),
        ("GET /%00%zz HTTP/1.1\r\n" + end, "get /%00%zz"),
        ("GET /\"<>[]{}|\\^` HTTP/1.1\r\n" + end, "get /\"<>[]{}|\\^`"),
        ("GET http://a/b HTTP/1.1\r\n" + end, "get http://a/b unusual"),
        ("OPTIONS * HTTP/1.1\r\n" + end, "other * unusual"),
        ("GET / HTTP/1.1\r\nhOST:a\r\n\r\n", "get /"),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", "get /"),
        ("GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n", "get /"),
        ("GET / HTTP/1.1\r\nHost: features.example.com:8000\r\n\r\n", "get /"),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1:65535\r\n\r\n", "get /"),
        ("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n", "get /"),
        ("GET / HTTP/1.1\r\nHost: [::ffff:1.2.3.4]:80\r\n\r\n", "get /"),
        ("GET / HTTP/1.1\r\nHost: a_b-c.~%C3%A9:\r\n\r\n", "get /"),
        ("GET / HTTP/1.1\r\nX: a\u{80}\u{FF}é\r\n" + end, "get /"),
        ("GET / HTTP/1.1\r\nX: a\tb\r\n" + end, "get /"),
        ("GET / HTTP/1.1\r\nX:\r\n" + end, "get /"),
        ("GET / HTTP/1.1\r\n!#$%&'*+-.^_`|~09Az: a\r\n" + end, "get /"),
        ("POST / HTTP/1.1\r\nContent-Length: 5\r\n" + end, "post / length=5"),
        ("POST / HTTP/1.1\r\nContent-Length: 0\r\n" + end, "post /"),
        ("POST / HTTP/1.1\r\nContent-Length: 007\r\n" + end, "post / length=7"),
        ("POST / HTTP/1.1\r\nContent-Length: \t 5\r\n" + end, "post / length=5"),
        ("POST / HTTP/1.1\r\ncontent-LENGTH:5\r\n" + end, "post / length=5"),
        ("POST / HTTP/1.1\r\nContent-Length: 999999999999999999\r\n" + end, "post / length=999999999999999999"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + end, "post / unusual chunked"),
        ("POST / HTTP/1.1\r\ntransfer-encoding:\tChunKED\r\n" + end, "post / unusual chunked"),
        ("GET / HTTP/1.1\r\nConnection: keep-alive\r\n" + end, "get /"),
        ("GET / HTTP/1.1\r\nConnection: Keep-Alive\r\n" + end, "get /"),
        ("GET / HTTP/1.1\r\nConnection: close\r\n" + end, "get / unusual closes"),
        ("GET / HTTP/1.1\r\nConnection: Close\r\n" + end, "get / unusual closes"),
        ("GET / HTTP/1.1\r\nConnection: te ,\tCLOSE , x\r\n" + end, "get / unusual closes"),
        ("GET / HTTP/1.1\r\nProxy-Connection: close\r\n" + end, "get / unusual closes"),
        ("GET https://[::1]:80?a HTTP/1.1\r\n" + end, "get https://[::1]:80 ?a unusual"),
        ("GET / HTTP/1.1\r\nConnection: closed\r\n" + end, "get / unusual"),
        ("GET / HTTP/1.1\r\nConnection: ,,\r\n" + end, "get / unusual"),
        ("GET / HTTP/1.1\r\nConnection: keep-alive\r\nConnection: close\r\n" + end, "get / unusual closes"),
        ("GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n" + end, "get / unusual upgrade"),
        ("POST / HTTP/1.1\r\nExpect: 100-Continue\r\n" + end, "post / unusual continue"),
        ("POST / HTTP/1.1\r\nExpect: 200-ok\r\n" + end, "post / unusual"),
        ("GET / HTTP/1.0\r\n\r\n", "get / unusual closes"),
        ("GET / HTTP/1.0\r\n" + end, "get / unusual closes"),
        ("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", "post / unusual closes"),
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "get / unusual closes"),
        ("GET / HTTP/1.1\r\nAuthorization: Bearer  x \r\n" + end, "get / authorization=Bearer  x"),
        ("GET / HTTP/1.1\r\nX-API-Key: k\r\n" + end, "get / key=k"),
        ("GET / HTTP/1.1\r\nX-API-Key: k\r\nX-API-Key: k\r\n" + end, "get / key=k other"),
        ("GET / HTTP/1.1\r\nAuthorization: a\r\nAuthorization: b\r\n" + end, "get / authorization=b other"),
        ("GET / HTTP/1.1\r\nX-Request-ID: r\r\n" + end, "get / id=r"),
        ("GET / HTTP/1.1\r\nX-Request-ID: r\r\nX-Request-ID: s\r\n" + end, "get / id=s other"),
        ("GET / HTTP/1.1\r\nContent-Type: t\r\n" + end, "get / type=t"),
        ("GET / HTTP/1.1\r\nContent-Type: t\r\nContent-Type: u\r\n" + end, "get / type=u other"),
        ("POST / HTTP/1.1\r\nContent-Encoding: gzip\r\n" + end, "post / other"),
    ]

    private static let refused: [(String, Int, String)] = [
        // The request line.
        (" GET / HTTP/1.1\r\n" + end, 400, "method"),
        ("\nGET / HTTP/1.1\r\n" + end, 400, "method"),
        ("\r\n\r\n", 400, "method"),
        ("{\"a\":1}", 400, "method"),
        ("GET\t/ HTTP/1.1\r\n" + end, 400, "method"),
        ("GE(T / HTTP/1.1\r\n" + end, 400, "method"),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}", 400, "method"),
        (String(repeating: "A", count: 33), 400, "too long"),
        ("get / HTTP/1.1\r\n" + end, 405, "method"),
        ("FOO / HTTP/1.1\r\n" + end, 405, "method"),
        ("GETS / HTTP/1.1\r\n" + end, 405, "method"),
        ("CONNECT a:1 HTTP/1.1\r\n" + end, 405, "method"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 405, "method"),
        ("GET  / HTTP/1.1\r\n" + end, 400, "missing"),
        ("GET /  HTTP/1.1\r\n" + end, 400, "version"),
        ("GET / HTTP/1.1 \r\n" + end, 400, "version"),
        ("GET / a HTTP/1.1\r\n" + end, 400, "version"),
        ("GET /\ta HTTP/1.1\r\n" + end, 400, "encoded"),
        ("GET /\u{0} HTTP/1.1\r\n" + end, 400, "encoded"),
        ("GET /é HTTP/1.1\r\n" + end, 400, "encoded"),
        ("GET /\u{7F} HTTP/1.1\r\n" + end, 400, "encoded"),
        ("GET /\r\nHost: a\r\n\r\n", 400, "encoded"),
        ("GET /\nHost: a\n\n", 400, "encoded"),
        ("GET a HTTP/1.1\r\n" + end, 400, "neither"),
        ("GET ** HTTP/1.1\r\n" + end, 400, "neither"),
        ("GET http:// HTTP/1.1\r\n" + end, 400, "neither"),
        ("GET http:///a HTTP/1.1\r\n" + end, 400, "neither"),
        ("GET http://a@b/ HTTP/1.1\r\n" + end, 400, "neither"),
        ("GET ftp://a/ HTTP/1.1\r\n" + end, 400, "neither"),
        ("GET /a#b HTTP/1.1\r\n" + end, 400, "encoded"),
        ("GET / HTTP/2.0\r\n" + end, 400, "version"),
        ("GET / HTTP/1.2\r\n" + end, 400, "version"),
        ("GET / HTTP/0.9\r\n" + end, 400, "version"),
        ("GET / HTTP/1.10\r\n" + end, 400, "version"),
        ("GET / http/1.1\r\n" + end, 400, "version"),
        ("GET / HTTP/1.1\n" + end, 400, "version"),
        ("GET / HTTP/1.1\r\r\n" + end, 400, "version"),
        ("GET / HTTP/01.1\r\n" + end, 400, "version"),
        ("GET / ICAP/1.1\r\n" + end, 400, "version"),
        // Headers.
        ("GET / HTTP/1.1\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, "Host"),
        ("GET http://a/ HTTP/1.1\r\n\r\n", 400, "Host"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "Host"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\nHost: b\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "colon"),
        ("GET / HTTP/1.1\r\nHost\t: a\r\n\r\n", 400, "colon"),
        ("GET / HTTP/1.1\r\n: a\r\n" + end, 400, "name"),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, "name"),
        ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400, "name"),
        ("GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n", 400, "name"),
        ("GET / HTTP/1.1\r\nHost\r\n\r\n", 400, "name"),
        ("GET / HTTP/1.1\r\nX\u{0}: a\r\n" + end, 400, "name"),
        ("GET / HTTP/1.1\r\nXé: a\r\n" + end, 400, "name"),
        ("GET / HTTP/1.1\r\nHost: a\n\n\r\n", 400, "control"),
        ("GET / HTTP/1.1\r\nHost: a\r\n\n\r\n", 400, "name"),
        ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400, "control"),
        ("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400, "control"),
        ("GET / HTTP/1.1\r\nHost: a\u{0}\r\n\r\n", 400, "control"),
        ("GET / HTTP/1.1\r\nHost: a\u{7F}\r\n\r\n", 400, "control"),
        ("GET / HTTP/1.1\r\nHost: a\r\n\rX", 400, "line feed"),
        // A proxy in front may choose by Host where a request goes, and see another host than this server.
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: http://a\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: a:+80\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: ::1\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: []\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: [v1.a]\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: \"a\"\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.1\r\nHost: é\r\n\r\n", 400, "Host"),
        ("GET / HTTP/1.0\r\nHost: a b\r\n\r\n", 400, "Host"),
        // Where the body ends.
        ("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" + end, 400, "both"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n" + end, 400, "both"),
        ("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n" + end, 400, "two"),
        ("POST / HTTP/1.1\r\nContent-Length: 5\r\ncontent-length: 6\r\n" + end, 400, "two"),
        ("POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length: 5 \r\n" + end, 400, "white space"),
        ("POST / HTTP/1.1\r\nContent-Length: 5\t\r\n" + end, 400, "white space"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\t\r\n" + end, 400, "white space"),
        ("POST / HTTP/1.1\r\nContent-Length: +5\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length: -1\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length: 0x5\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length: 5 5\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length: 5.0\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length:\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length: ٥\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length: 9223372036854775808\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nContent-Length: 1000000000000000000\r\n" + end, 400, "number of bytes"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n" + end, 400, "not chunked"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked\r\n" + end, 400, "not chunked"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n" + end, 400, "not chunked"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: \u{B}chunked\r\n" + end, 400, "control"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n" + end, 400, "not chunked"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding:\r\n" + end, 400, "not chunked"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: \"chunked\"\r\n" + end, 400, "not chunked"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + end, 400, "two"),
        ("POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n" + end, 400, "colon"),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "1.0"),
        ("GET / HTTP/1.1\r\nUpgrade: a\r\nUpgrade: b\r\n" + end, 400, "two Upgrade"),
    ]

    /// - Returns: what was read in a few words, or `nil` when more bytes are needed.
    private static func words(_ bytes: [UInt8], _ limits: WireLimits = WireLimits()) -> String? {
        var reader = HeadReader(bytes.span, limits: limits)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        switch reader.read() {
        case .incomplete: return nil
        case .refused(let refusal):
            return "\(refusal.status) \(refusal.message)"
        case .complete(let head):
            #expect(head.byteCount <= bytes.count)
            var words = ["\(head.method)", text(head.path)]
            if !head.query.isEmpty { words.append("?" + text(head.query)) }
            if head.contentLength > 0 { words.append("length=\(head.contentLength)") }
            if let range = head.authorization { words.append("authorization=" + text(range)) }
            if let range = head.apiKey { words.append("key=" + text(range)) }
            if let range = head.requestID { words.append("id=" + text(range)) }
            if let range = head.contentType { words.append("type=" + text(range)) }
            if head.hasOtherMeaning { words.append("other") }
            if head.isUnusual { words.append("unusual") }
            if head.isChunked { words.append("chunked") }
            if head.closes { words.append("closes") }
            if head.expectsContinue { words.append("continue") }
            if head.upgrade != nil { words.append("upgrade") }
            return words.joined(separator: " ")
        }
    }

    @Test func `takes a head for what it says, and leaves what follows`() {
        for (head, expected) in Self.accepted {
            #expect(Self.words(Array(head.utf8)) == expected)
            #expect(Self.words(Array((head + "GET / HTTP/1.1\r\n").utf8)) == expected)
        }
    }

    @Test func `waits at every prefix of a head that it takes`() {
        for (head, _) in Self.accepted {
            let bytes = Array(head.utf8)
            for count in 0..<bytes.count { #expect(Self.words(Array(bytes[..<count])) == nil, "\(head) \(count)") }
        }
    }

    @Test func `refuses what two readers could understand in two ways`() {
        for (head, status, reason) in Self.refused {
            let words = Self.words(Array(head.utf8))
            #expect(
                words?.hasPrefix("\(status) ") == true && words?.contains(reason) == true,
                "\(head): \(words ?? "-")"
            )
        }
    }

    @Test func `never changes its mind about a refusal when more bytes come`() {
        for (head, _, _) in Self.refused {
            let bytes = Array(head.utf8)
            var first: String?
            for count in 0...bytes.count {
                let words = Self.words(Array(bytes[..<count]))
                if let first { #expect(words == first, "\(head) \(count)") } else { first = words }
            }
        }
    }

    /// The same words, of a head that comes in pieces of `step` bytes.
    private static func words(_ bytes: [UInt8], in step: Int, _ limits: WireLimits = WireLimits()) -> String? {
        var pause: HeadPause?
        for end in stride(from: step, to: bytes.count, by: step) {
            let part = Array(bytes[..<end])
            if case .incomplete = HeadReader.read(part.span, limits: limits, from: &pause) { continue }
            return words(part, limits)
        }
        let reading = HeadReader.read(bytes.span, limits: limits, from: &pause)
        if case .incomplete = reading { return nil }
        if case .complete(let head) = reading {
            // What was read in pieces is what is read at once, and not only as far as the words tell.
            var whole = HeadReader(bytes.span, limits: limits)
            guard case .complete(let other) = whole.read() else { return "not complete at once" }
            #expect("\(head)" == "\(other)")
        }
        return words(bytes, limits)
    }

    @Test func `reads on where the bytes ran out, and comes to the same`() {
        for text in Self.accepted.map(\.0) + Self.refused.map(\.0) {
            let bytes = Array(text.utf8)
            let expected = Self.words(bytes)
            for step in [1, 2, 3, 5, 17] { #expect(Self.words(bytes, in: step) == expected, "\(text) \(step)") }
        }
    }

    @Test func `refuses a target that is longer than the limit, and none that is not`() {
        var limits = WireLimits()
        limits.targetBytes = 64
        func words(_ count: Int, _ rest: String) -> String? {
            Self.words(Array("GET /\(String(repeating: "a", count: count - 1))\(rest)".utf8), limits)
        }
        #expect(words(63, " HTTP/1.1\r\n" + Self.end)?.hasPrefix("get /") == true)
        #expect(words(64, " HTTP/1.1\r\n" + Self.end)?.hasPrefix("get /") == true)
        #expect(words(65, " HTTP/1.1\r\n" + Self.end)?.hasPrefix("414 ") == true)
        #expect(words(64, "") == nil)
        #expect(words(65, "")?.hasPrefix("414 ") == true)
    }

    @Test func `refuses headers that are longer than the limit, and none that are not`() {
        var limits = WireLimits()
        limits.headerBytes = 128
        func words(_ count: Int, isCut: Bool = false) -> String? {
            // Two headers and the empty line are `count` bytes.
            let value = String(repeating: "v", count: count - "X: \r\nHost: a\r\n\r\n".utf8.count)
            let text = "GET / HTTP/1.1\r\nX: \(value)" + (isCut ? "" : "\r\n" + Self.end)
            return Self.words(Array(text.utf8), limits)
        }
        #expect(words(127) == "get /")
        #expect(words(128) == "get /")
        #expect(words(129)?.hasPrefix("431 ") == true)
        #expect(words(128, isCut: true) == nil)
        #expect(words(300, isCut: true)?.hasPrefix("431 ") == true)
    }

    @Test func `refuses more headers than the limit, and not as many`() {
        var limits = WireLimits()
        limits.headerCount = 10
        func words(_ count: Int) -> String? {
            let lines = String(repeating: "X: a\r\n", count: count - 1)
            return Self.words(Array("GET / HTTP/1.1\r\n\(lines)\(Self.end)".utf8), limits)
        }
        #expect(words(9) == "get /")
        #expect(words(10) == "get /")
        #expect(words(11)?.hasPrefix("431 ") == true)
    }
}
