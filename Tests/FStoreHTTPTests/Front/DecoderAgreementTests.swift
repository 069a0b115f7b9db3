import FStoreTestSupport
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import FStoreHTTP
@testable import FStoreWire

/// The decoder once found the end of a connection in `Proxy-Connection: close`, which the front took for nothing: the next
/// request was handed to a decoder that read no more, and never answered.
///
/// What the front takes for one request, the HTTP decoder behind it must take for the same one: else they disagree about
/// where the next begins.
@Suite("Front and decoder")
struct DecoderAgreementTests {
    /// What the decoder makes of bytes: requests that ended, or `nil` for an error.
    private static func requests(_ bytes: [UInt8], _ limits: ServerLimits) -> Int? {
        let channel = EmbeddedChannel()
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderFieldSize = limits.decoderBytes
        decoder.maxHeaderListSize = limits.decoderBytes
        decoder.maxHeaderFieldCount = limits.decoderHeaders
        do {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                withPipeliningAssistance: false,
                withErrorHandling: false,
                withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: decoder
            )
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            var ends = 0
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                if case .end = part { ends += 1 }
            }
            _ = try? channel.finish()
            return ends
        } catch {
            return nil
        }
    }

    /// Sends what the front would hand on for the request at the beginning of `bytes`.
    private static func agree(_ bytes: [UInt8], _ limits: ServerLimits = ServerLimits()) -> Bool {
        var reader = HeadReader(bytes.span, limits: limits.wire)
        guard case .complete(let head) = reader.read(), head.contentLength < 100_000 else { return true }
        var request = Array(bytes[..<head.byteCount])
        if let upgrade = head.upgrade { request[upgrade.lowerBound] = UInt8(ascii: "_") }
        if head.isChunked {
            request += Array("3\r\nabc\r\n0\r\n\r\n".utf8)
        } else {
            request += [UInt8](repeating: UInt8(ascii: "x"), count: head.contentLength)
        }
        guard requests(request, limits) == 1 else { return false }
        return head.closes || requests(request + request, limits) == 2
    }

    @Test(arguments: [
        "GET /\"<>[]{}|\\^`?\"<>[]{}|\\^`# HTTP/1.1\r\nHost:\r\n\r\n",
        "GET #/a HTTP/1.1\r\nHost:\r\n\r\n",
        "GET http:// HTTP/1.1\r\nHost:\r\n\r\n",
        "GET a HTTP/1.1\r\nHost:\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 003\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: ,, close ,\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection:\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX:\t\u{80}é \r\nY:\r\nZ: a,\tb\r\n\r\n",
    ])
    func `read the same request`(_ head: String) {
        #expect(Self.agree(Array(head.utf8)))
    }

    @Test func `know the same methods`() {
        for method in MethodNames.names {
            #expect(Self.agree(Array("\(method) / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n".utf8)), "\(method)")
        }
    }

    @Test func `have the same limits`() {
        let limits = ServerLimits()
        let target = "/" + String(repeating: "a", count: limits.wire.targetBytes - 1)
        let value = String(repeating: "v", count: limits.wire.headerBytes - "X: \r\nHost: a\r\n\r\n".utf8.count)
        #expect(Self.agree(Array("GET \(target) HTTP/1.1\r\nX: \(value)\r\nHost: a\r\n\r\n".utf8)))
        let lines = String(repeating: "X: a\r\n", count: limits.wire.headerCount - 1)
        #expect(Self.agree(Array("GET \(target) HTTP/1.1\r\n\(lines)Host: a\r\n\r\n".utf8)))
    }

    @Test func `agree on heads that were changed at random`() {
        let seeds = [
            "GET /api/v1/features/a/values?entity_ids=a,b HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n",
            "POST /api/v1/online/read HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n",
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n",
            "OPTIONS * HTTP/1.0\r\nConnection: te, close\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
        ]
        let pieces = [
            "\r\n", "\n", "\r", " ", "\t", ":", "\u{0}", ",", "close", "chunked", "Connection: ", "Upgrade: x\r\n",
            "Host: b\r\n",
            "Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "HTTP/1.1", "é", "%",
            "#", "?",
            "http://", "TE: trailers\r\n", "Proxy-Connection: close\r\n", "Connection: upgrade\r\n", "X: \r\n",
        ]
        var generator = SeededGenerator(seed: 11)
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = Array((seeds.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(contentsOf: Array((pieces.randomElement(using: &generator) ?? "").utf8), at: place)
                }
            }
            var reader = HeadReader(bytes.span, limits: WireLimits())
            if case .complete = reader.read() { taken += 1 }
            if Self.agree(bytes) { continue }
            Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(taken > 2000)
    }
}
