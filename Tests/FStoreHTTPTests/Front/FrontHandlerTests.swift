import FStoreTelemetry
import FStoreWire
import HTTPTypes
import NIOCore
import NIOEmbedded
import Testing

@testable import FStoreHTTP

/// The front alone, without fast path and without a decoder behind it: what reaches the reader behind is what it hands on.
@Suite("The front before the decoder")
struct FrontHandlerTests {
    /// Counts the reads that reach the socket.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = Any
        var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    private struct Connection {
        let channel = EmbeddedChannel()
        let front: FrontHandler
        let reads = ReadCounter()

        init() throws {
            let metrics = RequestMetrics([], in: MetricsRegistry())
            front = FrontHandler(
                hot: HotConnection(path: nil, gate: nil),
                limits: WireLimits(),
                refuse: Refusals(metrics: metrics),
                admission: nil
            )
            try channel.pipeline.syncOperations.addHandler(reads)
            try channel.pipeline.syncOperations.addHandler(front)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        /// Bytes come.
        func receive(_ text: String) throws {
            try channel.writeInbound(ByteBuffer(string: text))
        }

        /// What was handed on since the last call.
        func handedOn() throws -> String {
            var text = ""
            while let buffer = try channel.readInbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
            return text
        }

        /// What went out since the last call.
        func sent() throws -> String {
            var text = ""
            while let data = try channel.readOutbound(as: IOData.self) {
                if case .byteBuffer(let buffer) = data { text += String(buffer: buffer) }
            }
            return text
        }

        /// An answer of the reader behind begins and ends.
        func answer() -> Bool {
            let isLast = front.isAnswerLast()
            front.slowAnswerEnded(isLast: isLast)
            return isLast
        }
    }

    private static let get = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"

    /// In one turn of an event loop a client took answers again, which lets the next request go on a turn later, and was
    /// seen to have ended its half of the connection, which ended all of it: requests that waited got no answer.
    @Test func `requests that waited for the client are handed on when it ends its half in the same turn`() throws {
        let connection = try Connection()
        try connection.receive(Self.get + Self.get)
        #expect(try connection.handedOn() == Self.get)
        connection.channel.isWritable = false
        connection.channel.pipeline.fireChannelWritabilityChanged()
        #expect(!connection.answer())
        #expect(try connection.handedOn().isEmpty)
        connection.channel.isWritable = true
        connection.channel.pipeline.fireChannelWritabilityChanged()
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(try connection.handedOn() == Self.get)
        _ = connection.answer()
        connection.channel.embeddedEventLoop.run()
        #expect(!connection.channel.isActive)
    }

    @Test func `hands on one request at a time`() throws {
        let connection = try Connection()
        try connection.receive(Self.get + Self.get)
        #expect(try connection.handedOn() == Self.get)
        #expect(!connection.answer())
        #expect(try connection.handedOn() == Self.get)
    }

    /// Each answer once let one more read through, however much was waiting: a client that sent faster than the server
    /// answered filled its memory, a quarter of a megabyte for each request of a hundred bytes.
    @Test func `reads no more while enough requests wait`() throws {
        let connection = try Connection()
        let burst = String(repeating: Self.get, count: FStoreWire.Connection.maxPendingBytes / Self.get.utf8.count + 50)
        try connection.receive(burst)
        connection.channel.pipeline.read()
        let before = connection.reads.count
        for _ in 0..<40 {
            _ = connection.answer()
            connection.channel.pipeline.read()
        }
        #expect(connection.reads.count == before)
        for _ in 0..<20 { _ = connection.answer() }
        #expect(connection.reads.count == before + 1)
    }

    /// The front once kept all that came behind a refused request until the connection was closed.
    @Test func `keeps nothing of what comes behind a refusal`() throws {
        let connection = try Connection()
        try connection.receive("BAD\r\n\r\n")
        #expect(try connection.sent().hasPrefix("HTTP/1.1 400 "))
        for _ in 0..<10 { try connection.receive(String(repeating: "x", count: 100_000)) }
        #expect(connection.front.pending.readableBytes == 0)
        #expect(try connection.handedOn().isEmpty)
    }

    /// A request in chunks once made the front blind for the rest of the connection: what came then was neither checked
    /// nor timed.
    @Test(arguments: 1...60) func `finds the request behind one in chunks, however it is cut`(step: Int) throws {
        let connection = try Connection()
        let chunked = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        let bytes = Array((chunked + Self.get + "BAD\n\n").utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            try connection.channel.writeInbound(ByteBuffer(bytes: bytes[start..<min(bytes.count, start + step)]))
        }
        #expect(try connection.handedOn() == chunked)
        #expect(!connection.answer())
        #expect(try connection.handedOn() == Self.get)
        #expect(!connection.answer())
        #expect(try connection.sent().hasPrefix("HTTP/1.1 400 "))
    }

    @Test func `ends the connection behind chunks that are none`() throws {
        let connection = try Connection()
        try connection.receive("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(throws: BrokenBody.self) {
            try connection.receive("x\r\n" + Self.get)
            try connection.channel.throwIfErrorCaught()
        }
        #expect(connection.answer())
        try connection.receive(Self.get)
        #expect(try !connection.handedOn().contains("GET"))
    }

    /// An answer that does not wait for a long body once left the connection reading all of it.
    @Test func `ends the connection behind an answer that did not wait for a long body`() throws {
        let connection = try Connection()
        try connection.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
        #expect(connection.answer())
        try connection.receive(String(repeating: "x", count: 1_000_000) + Self.get)
        #expect(try !connection.handedOn().contains("GET"))
        let short = try Connection()
        try short.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
        #expect(!short.answer())
        try short.receive("0123456789" + Self.get)
        #expect(try short.handedOn().hasSuffix(Self.get))
    }

    /// The decoder behind takes an offer of another protocol for its end: the next request was never read. Java's client
    /// makes that offer with its first request.
    @Test func `hides the offer of another protocol`() throws {
        let connection = try Connection()
        try connection.receive("GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        #expect(try connection.handedOn().hasSuffix("_pgrade: h2c\r\n\r\n"))
    }

    @Test func `tells a client to go on that waits for it`() throws {
        let connection = try Connection()
        let head = "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        try connection.receive(head)
        #expect(try connection.sent().isEmpty)
        connection.channel.pipeline.triggerUserOutboundEvent(BodyWanted(), promise: nil)
        #expect(try connection.sent() == "HTTP/1.1 100 Continue\r\n\r\n")
        try connection.receive("abc")
        #expect(!connection.answer())
        try connection.receive(head + "abc")
        #expect(try connection.sent().isEmpty)
    }

    /// Whether an empty line before a request was forgiven once depended on how it was cut.
    @Test(arguments: 1...6) func `forgives empty lines before a request`(step: Int) throws {
        let connection = try Connection()
        let bytes = Array(("\r\n\r\n" + Self.get).utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            try connection.channel.writeInbound(ByteBuffer(bytes: bytes[start..<min(bytes.count, start + step)]))
        }
        #expect(try connection.handedOn() == Self.get)
    }

    /// The decoder once learned at once that a client sends no more, and then read none of the requests that were there.
    @Test func `answers all that came before a client finished sending`() throws {
        let connection = try Connection()
        try connection.receive(Self.get + Self.get)
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(try connection.handedOn() == Self.get)
        #expect(!connection.answer())
        #expect(try connection.handedOn() == Self.get)
        #expect(connection.channel.isActive)
        _ = connection.answer()
        connection.channel.embeddedEventLoop.run()
        #expect(!connection.channel.isActive)
    }

    @Test func `waits for the answer that is under way, and takes no further request, when the server stops`() throws {
        let connection = try Connection()
        try connection.receive(Self.get + Self.get)
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(connection.channel.isActive)
        #expect(try connection.handedOn() == Self.get)
        #expect(connection.answer())
        connection.channel.embeddedEventLoop.run()
        #expect(try connection.handedOn().isEmpty)
        #expect(!connection.channel.isActive)
    }
}
