import Testing

@testable import FStoreWire

/// The state machine alone: what it says is handed on, and what goes out, is recorded.
@Suite("A connection")
struct ConnectionTests {
    private static let get = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let hot = "GET /hot HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let hotWrite = "POST /write HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    private static let post = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"

    // MARK: Order

    @Test func `hands on one request at a time`() {
        let wire = TestWire()
        wire.receive(Self.get + Self.get)
        #expect(wire.takeHandedOn() == Self.get)
        wire.answer()
        #expect(wire.takeHandedOn() == Self.get)
    }

    @Test func `keeps the order of answers, whichever path they take`() {
        let wire = TestWire()
        wire.receive(Self.hot + Self.get + Self.hot + Self.hotWrite + Self.hot + Self.get + Self.hot)
        #expect(wire.output == "hot.")
        wire.answer("slow.")
        #expect(wire.output == "hot.slow.hot.")
        wire.commit("written.")
        #expect(wire.output == "hot.slow.hot.written.hot.")
        wire.answer("slow.")
        #expect(wire.output == "hot.slow.hot.written.hot.slow.hot.")
        #expect(wire.pending.isEmpty && !wire.isClosed)
    }

    @Test func `what the hot path declines is handed on, untouched`() {
        let wire = TestWire()
        wire.hot.declines = true
        wire.receive(Self.hot + Self.hotWrite)
        #expect(wire.takeHandedOn() == Self.hot)
        wire.answer()
        #expect(wire.takeHandedOn() == Self.hotWrite)
        #expect(wire.hot.asked == 2)
    }

    @Test func `a hot request waits for its whole body`() {
        let wire = TestWire()
        for byte in Self.hotWrite.utf8.dropLast() { wire.receive([byte]) }
        #expect(wire.hot.asked == 0 && wire.handedOn.isEmpty)
        wire.receive("c")
        #expect(wire.hot.asked == 1 && wire.connection.isWriting)
    }

    // MARK: Bodies

    @Test(arguments: 1...60) func `finds the request behind one in chunks, however it is cut`(step: Int) {
        let wire = TestWire()
        let chunked = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        wire.receive(chunked + Self.get + "BAD\n\n", in: step)
        #expect(wire.takeHandedOn() == chunked)
        wire.answer()
        #expect(wire.takeHandedOn() == Self.get)
        wire.answer()
        #expect(wire.refused?.status == 400)
    }

    @Test func `tells the reader behind that chunks are broken, and ends with its answer`() {
        let wire = TestWire()
        wire.receive("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n" + Self.get)
        #expect(wire.hasBrokenOff)
        #expect(wire.answer())
        #expect(wire.isEnding && !wire.takeHandedOn().contains("GET"))
    }

    @Test func `ends behind an answer that did not wait for a long body, and reads a short one past`() {
        let wire = TestWire()
        wire.receive("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
        #expect(wire.answer())
        #expect(wire.isEnding)
        let short = TestWire()
        short.receive(Self.post)
        #expect(!short.answer())
        short.receive("0123456789" + Self.get)
        #expect(short.takeHandedOn().hasSuffix(Self.get))
    }

    /// A head was read from its start for each piece of it that came, and that of a hot request for each piece of its
    /// body: 48 KB byte by byte were a billion steps.
    @Test(.timeLimit(.minutes(1))) func `looks at each byte of a request once, however small the pieces are`() {
        var text = "POST /hot HTTP/1.1\r\nHost: a\r\nContent-Length: 8000\r\n"
        for number in 0..<40 { text += "X-\(number): \(String(repeating: "v", count: 700))\r\n" }
        let wire = TestWire()
        let start = ContinuousClock.now
        wire.receive(text + "\r\n" + String(repeating: "b", count: 8000), in: 1)
        #expect(wire.output == "hot." && wire.hot.asked == 1)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `tells a client to go on that waits for it`() {
        let head = "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        let wire = TestWire()
        wire.receive(head)
        #expect(wire.output.isEmpty)
        wire.wantBody()
        wire.wantBody()
        #expect(wire.output == "100.")
        wire.receive("abc")
        #expect(!wire.answer())
        // The body is there already, or comes before it is wanted: then the client does not wait.
        wire.receive(head + "abc")
        wire.wantBody()
        #expect(!wire.answer())
        wire.receive(head)
        wire.receive("a")
        wire.wantBody()
        wire.receive("bc")
        #expect(!wire.answer())
        #expect(wire.output == "100.")
    }

    /// `100 Continue` was sent as soon as a head was complete: in front of 401, 404 and 413, and the body that they
    /// refused was read to its end.
    @Test func `refuses a client that waits, and ends`() {
        let head = "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        let wire = TestWire()
        wire.receive(head)
        #expect(wire.answer("401."))
        wire.receive("abc" + Self.get)
        #expect(wire.output == "401." && wire.isEnding)
        #expect(wire.handedOn == head)
    }

    // MARK: Other protocols

    private static let offer =
        "GET /a HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n"

    @Test func `hides the offer of another protocol from a reader that would end with it`() {
        let wire = TestWire()
        wire.receive(Self.offer)
        #expect(wire.takeHandedOn().hasSuffix("_pgrade: websocket\r\n\r\n"))
        wire.answer()
        wire.receive(Self.get)
        #expect(wire.takeHandedOn() == Self.get)
    }

    @Test func `passes on all that comes once an offer of WebSocket was taken`() {
        let wire = TestWire(acceptsWebSocket: true)
        wire.receive(Self.offer + "\u{1}early")
        #expect(wire.upgrades == 1)
        #expect(wire.takeHandedOn() == Self.offer)
        wire.connection.upgraded()
        wire.goOn()
        wire.receive("\u{1}frame GET / HTTP/1.1")
        #expect(wire.takeHandedOn() == "\u{1}early\u{1}frame GET / HTTP/1.1")
        // Nobody's requests, nobody's deadlines.
        wire.pass(seconds: 1000)
        #expect(!wire.isClosed)
    }

    @Test(arguments: ["websocket", "h2c"])
    func `an offer that is not taken changes nothing`(name: String) {
        let wire = TestWire(acceptsWebSocket: true)
        wire.receive(Self.offer.replacing("websocket", with: name))
        wire.answer()
        wire.connection.upgraded()
        _ = wire.takeHandedOn()
        wire.receive(Self.get + Self.get)
        #expect(wire.takeHandedOn() == Self.get)
        #expect(wire.upgrades == (name == "websocket" ? 1 : 0))
    }

    // MARK: Ends

    @Test(arguments: ["Connection: close\r\n", "connection: x, Close\r\n", ""])
    func `a client that asks for the end gets it behind its answer`(header: String) {
        let wire = TestWire()
        let request = Self.get.replacing("Host: a\r\n", with: "Host: a\r\n" + header)
        wire.receive((header.isEmpty ? request.replacing("HTTP/1.1", with: "HTTP/1.0") : request) + Self.hot)
        #expect(!wire.isEnding)
        #expect(wire.answer())
        #expect(wire.isEnding && wire.output.isEmpty)
    }

    @Test func `answers all that came before a client finished sending`() {
        let wire = TestWire()
        wire.receive(Self.get + Self.hot + Self.get + "GET / HT")
        wire.inputCloses()
        wire.answer()
        #expect(wire.takeHandedOn() == Self.get + Self.get && wire.output == "hot." && !wire.isEnding)
        wire.answer()
        #expect(wire.isClosed)
    }

    @Test func `a body that breaks off is told to its reader, however it is noticed`() {
        let early = TestWire()
        early.receive(Self.post + "01")
        early.inputCloses()
        let late = TestWire()
        late.inputCloses()
        late.receive(Self.post + "01")
        for wire in [early, late] where !wire.isClosed {
            #expect(wire.hasBrokenOff)
            #expect(wire.answer())
            #expect(wire.isClosed)
        }
    }

    @Test func `a server that stops answers what is under way, and nothing else`() {
        let idle = TestWire()
        idle.quiesce()
        #expect(idle.isClosed)
        let busy = TestWire()
        busy.receive(Self.get + Self.get)
        busy.quiesce()
        #expect(busy.takeHandedOn() == Self.get && !busy.isEnding)
        #expect(busy.answer())
        #expect(busy.isClosed && busy.takeHandedOn().isEmpty)
    }

    @Test func `keeps nothing of what comes behind a refusal, and lingers`() {
        let wire = TestWire()
        wire.receive("BAD\r\n\r\n")
        #expect(wire.refused?.status == 400)
        for _ in 0..<10 { wire.receive(String(repeating: "x", count: 1000)) }
        #expect(wire.pending.isEmpty && wire.handedOn.isEmpty && !wire.isClosed)
        wire.pass(seconds: 4)
        #expect(wire.isClosed)
    }

    @Test func `a client without a place is told so before it has sent anything`() {
        let wire = TestWire(refusing: .tooManyConnections(limit: 7))
        wire.goOn()
        #expect(wire.refused?.status == 503 && wire.refused?.message.contains("7 connections") == true)
        wire.receive(Self.hot)
        #expect(wire.output == "503.")
    }

    /// The reader behind closed the output itself with its last answer. Where the client had ended its half, that
    /// closed the whole connection, and threw away what was not sent yet.
    @Test func `the reader's own end of the output waits for its answer, and for what is unsent`() {
        let wire = TestWire()
        wire.sendsAtOnce = false
        wire.receive(Self.get)
        wire.inputCloses()
        wire.readerEnds()
        #expect(!wire.isEnding && !wire.isOutputClosed)
        wire.answer("slow.")
        #expect(wire.isEnding && !wire.isOutputClosed && !wire.isClosed)
        wire.sendAll()
        #expect(wire.isOutputClosed && wire.isClosed)
        // With its answer already out and a body that still comes, the end is at once.
        let answered = TestWire()
        answered.receive(Self.post)
        answered.answer()
        answered.readerEnds()
        #expect(answered.isEnding)
    }

    @Test func `who goes for others hears it when a body is read, and otherwise is cut off`() {
        let reading = TestWire()
        reading.receive(Self.post + "abc")
        guard case .breakOff = reading.connection.evict(at: reading.now) else {
            Issue.record("the reader of the body does not hear of it")
            return
        }
        // What still comes of it means nothing, and the answer is the last.
        let isLast = reading.connection.answerBegins()
        #expect(isLast)
        let idle = TestWire()
        idle.receive(Self.get)
        guard case .close = idle.connection.evict(at: idle.now) else {
            Issue.record("a connection without a body stays")
            return
        }
    }

    // MARK: Reading no more than is answered

    /// Each answer once let one more read through, however much was waiting.
    @Test func `reads no more while enough requests wait, or the client takes no answers`() {
        let wire = TestWire()
        #expect(wire.mayRead)
        wire.receive(String(repeating: Self.get, count: Connection.maxPendingBytes / Self.get.utf8.count + 2))
        #expect(!wire.mayRead)
        for _ in 0..<4 { wire.answer() }
        #expect(wire.mayRead)
        wire.becomeWritable(false)
        #expect(!wire.mayRead)
        wire.answer()
        let before = wire.handedOn
        #expect(!wire.mayRead && wire.handedOn == before)
        wire.becomeWritable(true)
        #expect(wire.handedOn != before)
    }

    @Test func `requests that waited for the client are answered when it ends its half in the same turn`() {
        let wire = TestWire()
        wire.receive(Self.get + Self.get)
        wire.becomeWritable(false)
        wire.answer()
        #expect(wire.takeHandedOn() == Self.get)
        wire.connection.writabilityChanged(true, at: wire.now)
        wire.inputCloses()
        #expect(wire.takeHandedOn() == Self.get)
        wire.answer()
        #expect(wire.isClosed)
    }

    @Test func `requests that wait for the client are kept when it ends its half`() {
        let wire = TestWire()
        wire.receive(Self.get + Self.hot)
        wire.becomeWritable(false)
        wire.answer()
        wire.inputCloses()
        #expect(!wire.isEnding && wire.output.isEmpty)
        wire.becomeWritable(true)
        #expect(wire.output == "hot." && wire.isClosed)
    }

    @Test(arguments: 1...6) func `forgives empty lines before a request`(step: Int) {
        let wire = TestWire()
        wire.receive("\r\n\r\n" + Self.get, in: step)
        #expect(wire.takeHandedOn() == Self.get)
    }

    // MARK: However it is cut

    /// The same bytes bring the same answers, refusals and parts handed on, wherever they are cut. The fuzz target asks
    /// the same of bytes that nobody thought of.
    @Test func `where bytes are cut changes nothing`() {
        let chunked = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        let text = Self.hot + "\r\n" + Self.post + "0123456789" + Self.hotWrite + chunked + Self.hot + "BAD\r\n"
        let expected = TestWire(answersAtOnce: true)
        expected.receive(text)
        #expect(expected.output == "hot.slow.written.slow.hot.400.")
        for step in 1..<text.utf8.count {
            let wire = TestWire(answersAtOnce: true)
            wire.receive(text, in: step)
            #expect(wire.output == expected.output && wire.handedOn == expected.handedOn, "\(step)")
        }
    }
}
