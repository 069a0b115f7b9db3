import Testing

@testable import FStoreWire

/// What takes too long on a connection, by a clock that the test moves.
@Suite("A connection's deadlines")
struct DeadlineTests {
    private static let get = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let hot = "GET /hot HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func wire(_ change: (inout WireLimits) -> Void = { _ in }) -> TestWire {
        var limits = WireLimits()
        limits.headSeconds = 10
        limits.bodySeconds = 20
        limits.bodyBytesPerSecond = 100
        limits.idleSeconds = 75
        limits.writeSeconds = 30
        change(&limits)
        return TestWire(limits)
    }

    // MARK: Heads and idleness

    @Test func `a head that does not end is answered with 408`() {
        let wire = Self.wire()
        wire.receive("GET / HT")
        wire.pass(seconds: 5)
        wire.receive("TP/1.1\r\n")
        wire.pass(seconds: 5)
        #expect(wire.refused == nil)
        wire.pass(seconds: 1)
        #expect(wire.refused?.status == 408)
    }

    @Test func `a connection without requests is closed`() {
        for request in ["", Self.get, Self.hot] {
            let wire = Self.wire()
            wire.pass(seconds: 20)
            wire.receive(request)
            if request == Self.get { wire.answer() }
            wire.pass(seconds: request.isEmpty ? 55 : 75)
            #expect(!wire.isClosed)
            wire.pass(seconds: 1)
            #expect(wire.isClosed)
        }
    }

    /// Empty lines were progress: 4096 clients that sent one every twenty seconds were the whole server.
    @Test func `empty lines are no progress`() {
        let wire = Self.wire()
        for _ in 0..<4 {
            wire.receive("\r\n")
            wire.pass(seconds: 19)
        }
        #expect(wire.isClosed)
    }

    @Test func `a slow answer is nobody's fault`() {
        let wire = Self.wire()
        wire.receive(Self.get)
        wire.pass(seconds: 3600)
        #expect(!wire.isClosed && wire.refused == nil)
        let write = Self.wire()
        write.receive("POST /write HTTP/1.1\r\nHost: a\r\n\r\n")
        write.pass(seconds: 3600)
        #expect(!write.isClosed)
    }

    /// The time for a head ran on while answers waited for the client, and its requests in the socket were not read: a
    /// slow reader was told that it had been slow to ask.
    @Test func `the time for a head does not run while the client is not read`() {
        let wire = Self.wire()
        wire.receive("GET / HT")
        wire.becomeWritable(false)
        wire.connection.wrote(100_000)
        for second in 1...20 {
            wire.unsent = 100_000 - second * 1000
            wire.pass(seconds: 1)
        }
        #expect(wire.refused == nil && !wire.isClosed)
        wire.becomeWritable(true)
        wire.unsent = 0
        wire.pass(seconds: 10)
        #expect(wire.refused == nil)
        wire.pass(seconds: 1)
        #expect(wire.refused?.status == 408)
    }

    // MARK: Bodies

    private static let head = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"

    @Test func `a body that does not come ends the connection`() {
        let wire = Self.wire()
        wire.receive(Self.head)
        wire.pass(seconds: 20)
        #expect(!wire.isClosed)
        wire.pass(seconds: 1)
        #expect(wire.isClosed)
    }

    /// A byte now and then was progress enough: 4096 clients that sent one every 19 seconds were the whole server.
    @Test(arguments: [(1, true), (101, false)])
    func `a body that trickles ends the connection, one that comes does not`(bytes: Int, isClosed: Bool) {
        let wire = Self.wire()
        wire.receive(Self.head)
        for _ in 0..<600 where !wire.isClosed {
            wire.receive(String(repeating: "x", count: bytes))
            wire.pass(seconds: 1)
        }
        #expect(wire.isClosed == isClosed)
    }

    @Test func `a body whose reader takes its time is not late`() {
        let wire = Self.wire()
        wire.receive(Self.head)
        wire.isReading = false
        wire.pass(seconds: 600)
        #expect(!wire.isClosed)
        wire.isReading = true
        wire.pass(seconds: 21)
        #expect(wire.isClosed)
    }

    // MARK: Answers

    /// Less than 64 KB unsent left the connection writable, so that nothing was timed: a client that took nothing of a
    /// small answer held its connection for ever.
    @Test(arguments: [1, 100, 65_535, 10_000_000])
    func `a client that takes nothing of its answer is closed, however little it is`(bytes: Int) {
        for request in [Self.hot, Self.get] {
            let wire = Self.wire()
            wire.receive(request)
            wire.connection.wrote(bytes)
            wire.unsent = bytes
            wire.pass(seconds: 31)
            #expect(!wire.isClosed)
            wire.pass(seconds: 1)
            #expect(wire.isClosed)
        }
    }

    @Test func `a client that has not taken its answer is not idle`() {
        let wire = Self.wire { $0.idleSeconds = 5 }
        wire.receive(Self.hot)
        wire.connection.wrote(100)
        wire.unsent = 100
        wire.pass(seconds: 30)
        #expect(!wire.isClosed)
        wire.unsent = 0
        wire.pass(seconds: 6)
        #expect(!wire.isClosed)
        wire.pass(seconds: 1)
        #expect(wire.isClosed)
    }

    /// What was unsent changed with each further answer: a client that read nothing and asked again and again was kept.
    @Test func `to be written more is no progress`() {
        let wire = Self.wire()
        for _ in 0..<40 where !wire.isClosed {
            wire.receive(Self.hot)
            wire.connection.wrote(100)
            wire.unsent += 100
            wire.pass(seconds: 1)
        }
        #expect(wire.isClosed)
    }

    @Test func `a slow but steady reader is kept, also while it idles otherwise`() {
        let wire = Self.wire()
        wire.receive(Self.hot)
        wire.connection.wrote(3_000_000)
        wire.unsent = 3_000_000
        while wire.unsent > 0, !wire.isClosed {
            wire.pass(seconds: 25)
            wire.unsent -= 250_000
        }
        #expect(!wire.isClosed)
        wire.pass(seconds: 75)
        #expect(!wire.isClosed)
        wire.pass(seconds: 2)
        #expect(wire.isClosed)
    }

    /// The last answers had `write_seconds` in all, however steadily the client took them.
    @Test func `the last answers have as long as the client takes them`() {
        let wire = Self.wire()
        wire.sendsAtOnce = false
        wire.receive(Self.hot)
        wire.connection.wrote(3_000_000)
        wire.unsent = 3_000_000
        wire.quiesce()
        #expect(wire.isEnding)
        for _ in 0..<10 {
            wire.pass(seconds: 25)
            wire.unsent -= 250_000
        }
        #expect(!wire.isClosed)
        wire.pass(seconds: 33)
        #expect(wire.isClosed)
    }

    @Test func `the last answers are waited for in the system too, before a client that still sends is left`() {
        let wire = Self.wire()
        wire.receive("BAD\r\n")
        wire.connection.wrote(1000)
        wire.unsent = 1000
        wire.pass(seconds: 20)
        #expect(!wire.isClosed)
        wire.unsent = 0
        wire.pass(seconds: 2)
        #expect(!wire.isClosed)
        wire.pass(seconds: 2)
        #expect(wire.isClosed)
    }

    // MARK: Room

    @Test func `only idle connections without a key give their place`() {
        let wire = Self.wire()
        #expect(!wire.connection.isExpendable(at: wire.now))
        wire.now += 1_100_000_000
        #expect(wire.connection.isExpendable(at: wire.now))
        wire.receive(Self.get)
        #expect(!wire.connection.isExpendable(at: wire.now + 5_000_000_000))
        wire.answer()
        wire.now += 1_100_000_000
        #expect(wire.connection.isExpendable(at: wire.now))
        wire.receive("GET / HT")
        #expect(wire.connection.isExpendable(at: wire.now))
        wire.receive("TP/1.1\r\nHost: a\r\n\r\n")
        wire.connection.noteKey()
        wire.answer()
        wire.now += 60_000_000_000
        #expect(!wire.connection.isExpendable(at: wire.now))
        let hot = Self.wire()
        hot.receive(Self.hot)
        hot.now += 60_000_000_000
        #expect(!hot.connection.isExpendable(at: hot.now))
        let ending = Self.wire()
        ending.receive("BAD\r\n")
        #expect(ending.connection.isExpendable(at: ending.now))
    }
}
